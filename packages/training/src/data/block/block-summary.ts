import { tf } from '../../engine/tf.js';
import type { Tensor4D } from '../../engine/tf.js';
import { NoReadableItemsError } from './block-errors.js';
import {
  assertEqualSquares,
  type BlockItem,
  type DataBlockOptions,
  openTransformed,
  splitItems,
} from './block-parts.js';
import type { ItemPlace } from '../item-transform.js';
import type { Labeller } from '../labels/labellers.js';
import type { Picture } from '../picture.js';
import { type ItemProblem, readItems } from '../items/read-items.js';
import type { Split } from '../splits/split.js';
import { trainVocab } from '../labels/vocab.js';

/** The steps in their order; each needs those before it. */
const STEPS = [
  'find files',
  'label',
  'verify',
  'split',
  'vocab',
  'open',
  'item transforms',
  'collate',
  'batch transform',
] as const;

const LABELS_SHOWN = 10;

export type SummaryStepName = (typeof STEPS)[number];

export interface SummaryStep {
  readonly name: SummaryStepName;
  readonly outcome: 'done' | 'failed' | 'not reached';
  /** What the step made, or why it failed. */
  readonly detail: string;
}

export interface SummaryOptions {
  /** Items of the batch. @default 4 */
  readonly batchSize?: number;
  /** @default 42 */
  readonly seed?: number;
}

/** What became of each step of a data block. */
export class BlockSummary {
  readonly steps: readonly SummaryStep[];

  constructor(steps: readonly SummaryStep[]) {
    this.steps = steps;
  }

  /** The step that failed. */
  get failed(): SummaryStep | undefined {
    return this.steps.find(({ outcome }) => outcome === 'failed');
  }

  /** One line a step, for a console. */
  toString(): string {
    const marks = { done: '✓', failed: '✗', 'not reached': '·' } as const;
    return this.steps
      .map(({ name, outcome, detail }) =>
        `${marks[outcome]} ${name.padEnd(16)} ${detail}`.trimEnd(),
      )
      .join('\n');
  }
}

/** Takes the steps of a block one after the other, until one fails. */
export async function summarise(
  options: DataBlockOptions,
  root: string,
  { batchSize = 4, seed = 42 }: SummaryOptions,
): Promise<BlockSummary> {
  const details = walk(options, { root, batchSize, seed });
  const steps: SummaryStep[] = [];
  let hasFailed = false;
  for (const name of STEPS) {
    if (hasFailed) {
      steps.push({ name, outcome: 'not reached', detail: '' });
      continue;
    }
    try {
      const { value } = await details.next();
      steps.push({ name, outcome: 'done', detail: value ?? '' });
    } catch (error) {
      hasFailed = true;
      const detail = error instanceof Error ? error.message : String(error);
      steps.push({ name, outcome: 'failed', detail });
    }
  }
  return new BlockSummary(steps);
}

interface Walk {
  readonly root: string;
  readonly batchSize: number;
  readonly seed: number;
}

/** Yields what each step made, in the order of `STEPS`. */
async function* walk(
  options: DataBlockOptions,
  { root, batchSize, seed }: Walk,
): AsyncGenerator<string, undefined> {
  const files = await options.items(root);
  yield `${counted(files.length, 'file')}, the first ${files[0] ?? 'missing'}`;
  yield describeLabels(files, options.label);
  const { items, problems } = await readItems(files, {
    label: options.label,
    read: options.verify,
  });
  if (items.length === 0) throw new NoReadableItemsError(problems);
  yield describeProblems(items, problems);
  const splits = splitItems(items, options.split);
  yield `${countOf(splits, 'train')} train, ${countOf(splits, 'valid')} valid`;
  const labels = items.map(({ label }) => label);
  yield describeVocab(trainVocab(labels, splits), labels, splits);

  const places = [...items.keys()]
    .filter((item) => splits[item] === 'train')
    .slice(0, batchSize)
    .map((item): ItemPlace => ({ seed, epoch: 0, item, split: 'train' }));
  yield* walkFirst(options, items[places[0]!.item]!.path, places[0]!);
  yield* walkBatch(options, items, places);
}

async function* walkFirst(
  { open, itemTransforms }: DataBlockOptions,
  file: string,
  place: ItemPlace,
): AsyncGenerator<string, undefined> {
  let picture = await open(file);
  const sizes = [sizeOf(picture)];
  yield `${file}: ${sizeOf(picture)}`;
  for (const transform of itemTransforms) {
    picture = await transform(picture, place);
    sizes.push(`${transform.name === '' ? 'unnamed' : transform.name}: ${sizeOf(picture)}`);
  }
  yield itemTransforms.length === 0 ? 'none' : sizes.join(' → ');
}

async function* walkBatch(
  options: DataBlockOptions,
  items: readonly BlockItem[],
  places: readonly ItemPlace[],
): AsyncGenerator<string, undefined> {
  const pictures: (Picture & { file: string })[] = [];
  for (const place of places) {
    const file = items[place.item]!.path;
    pictures.push({ file, ...(await openTransformed(options, file, place)) });
  }
  for (const picture of pictures) assertEqualSquares(picture, pictures[0]!);
  const { width, height } = pictures[0]!;
  const shape: [number, number, number, number] = [pictures.length, height, width, 3];
  const joined = Int32Array.from(Buffer.concat(pictures.map(({ pixels }) => pixels)));
  yield `[${shape.join(', ')}] int32`;

  const place = { epoch: 0, items: places.map(({ item }) => item) };
  const inputs = tf.tidy(() =>
    options.batchTransform.train(tf.tensor4d(joined, shape, 'int32'), place),
  );
  yield await describeInputs(inputs);
}

/** Says what a model would see, and frees it. */
async function describeInputs(inputs: Tensor4D): Promise<string> {
  const values = await inputs.data();
  tf.dispose(inputs);
  const made = `[${inputs.shape.join(', ')}] ${inputs.dtype}`;
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value))
      throw new Error(`Expected finite values, received ${value} in ${made}. Check the statistics`);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return `${made}, values from ${low.toFixed(3)} to ${high.toFixed(3)}`;
}

/** Throws what the labeller throws if it labels no file at all. */
function describeLabels(files: readonly string[], label: Labeller): string {
  const failures: Error[] = [];
  let example: string | undefined;
  for (const file of files) {
    try {
      const found = label(file);
      example ??= `${file} is "${found}"`;
    } catch (error) {
      failures.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  if (example === undefined) throw failures[0] ?? new NoReadableItemsError([]);
  const without = failures.length === 0 ? '' : `; ${counted(failures.length, 'file')} without`;
  return `${example}${without}`;
}

function describeProblems(items: readonly BlockItem[], problems: readonly ItemProblem[]): string {
  const [first] = problems;
  const whole = `${counted(items.length, 'file')} whole`;
  if (first === undefined) return whole;
  return `${whole}, ${problems.length} left out. The first, ${first.code}: ${first.message}`;
}

function describeVocab(
  vocab: readonly string[],
  labels: readonly string[],
  splits: readonly Split[],
): string {
  const counts = vocab.slice(0, LABELS_SHOWN).map((label) => {
    const own = splits.filter((_, item) => labels[item] === label);
    return `${label} ${countOf(own, 'train')} + ${countOf(own, 'valid')}`;
  });
  const rest = vocab.length - counts.length;
  const more = rest > 0 ? `, and ${rest} more` : '';
  return `${counted(vocab.length, 'label')}, train + valid: ${counts.join(', ')}${more}`;
}

const countOf = (splits: readonly Split[], side: Split) =>
  splits.filter((split) => split === side).length;
const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
const sizeOf = ({ width, height }: Picture) => `${width} × ${height}`;
