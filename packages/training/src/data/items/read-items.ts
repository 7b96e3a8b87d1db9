import { InvalidOptionError, TrainingError } from '../../errors.js';
import type { Labeller } from '../labels/labellers.js';
import { readAhead } from '../read-ahead.js';

/** A file that was left out, and why. */
export interface ItemProblem {
  readonly path: string;
  /** The code of the `TrainingError` that says it. */
  readonly code: string;
  readonly message: string;
}

/** An image file that was read, with its label and what reading it told. */
export type ReadItem<Facts> = Facts & { readonly path: string; readonly label: string };

export interface ReadItemsOptions<Facts> {
  readonly label: Labeller;
  /** Reads a file to its end. Throws a `TrainingError` for one that is no use. */
  readonly read: (file: string) => Promise<Facts>;
  /** Files read at once. @default 4 */
  readonly concurrency?: number;
  /** Is told of each problem as soon as it is its file's turn. @default nobody */
  readonly onProblem?: (problem: ItemProblem) => void;
  /** Is told how many files are done, those with problems included. @default nobody */
  readonly onProgress?: (done: number) => void;
  /** Ends the reading: what it was aborted with is thrown. */
  readonly signal?: AbortSignal;
}

/** What became of a list of files. */
export interface ReadItems<Facts> {
  /** In file order. */
  readonly items: readonly ReadItem<Facts>[];
  /** In file order. */
  readonly problems: readonly ItemProblem[];
}

/**
 * Labels and reads every file, several at a time. A file that has no label or cannot be read is
 * left out and becomes a problem. Anything but a `TrainingError` is our own fault and is thrown.
 */
export async function readItems<Facts extends object>(
  files: readonly string[],
  {
    label,
    read,
    concurrency = 4,
    onProblem = () => undefined,
    onProgress = () => undefined,
    signal,
  }: ReadItemsOptions<Facts>,
): Promise<ReadItems<Facts>> {
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new InvalidOptionError('concurrency', concurrency, 'an integer of 1 or more');
  const tasks = files.map((path) => async () => {
    signal?.throwIfAborted();
    return itemOrProblem(path, async () => ({ label: label(path), ...(await read(path)), path }));
  });
  const items: ReadItem<Facts>[] = [];
  const problems: ItemProblem[] = [];
  let done = 0;
  for await (const { item, problem } of readAhead(tasks, concurrency - 1)) {
    if (item !== undefined) items.push(item);
    if (problem !== undefined) {
      problems.push(problem);
      onProblem(problem);
    }
    done += 1;
    onProgress(done);
  }
  return { items, problems };
}

async function itemOrProblem<Item>(
  path: string,
  work: () => Promise<Item>,
): Promise<{ item?: Item; problem?: ItemProblem }> {
  try {
    return { item: await work() };
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    return { problem: { path, code: error.code, message: error.message } };
  }
}
