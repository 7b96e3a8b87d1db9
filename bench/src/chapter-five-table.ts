import { appendFile, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Stage, Story } from './chapter-five-stages.js';

export type Side = 'whetstone' | 'fastai';

/** What one side got out of one body on one split. */
export interface Row {
  readonly seed: number;
  readonly side: Side;
  readonly story: Story;
  readonly architecture: string;
  readonly imageSize: number;
  readonly stages: readonly Stage[];
}

const FILE = fileURLToPath(new URL('../results/chapter-five.ndjson', import.meta.url));

export function rowKey({
  seed,
  side,
  story,
  architecture,
  imageSize,
}: Omit<Row, 'stages'>): string {
  return `split ${seed}, ${story}, ${architecture}, ${imageSize} px, ${side}`;
}

/** The rows measured so far, one line each, so that a broken-off measurement goes on where it was. */
export class Rows {
  readonly #rows: Row[];

  private constructor(rows: Row[]) {
    this.#rows = rows;
  }

  static async read(): Promise<Rows> {
    const text = await readFile(FILE, 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    return new Rows(lines.map((line) => JSON.parse(line) as Row));
  }

  get all(): readonly Row[] {
    return this.#rows;
  }

  has(key: string): boolean {
    return this.#rows.some((row) => rowKey(row) === key);
  }

  async add(row: Row): Promise<void> {
    await appendFile(FILE, `${JSON.stringify(row)}\n`);
    this.#rows.push(row);
  }
}

const TITLES: Readonly<Record<Stage['stage'], string>> = {
  head: 'the head alone, rate from the finder, 3 epochs',
  'one-rate': 'then everything at one rate from the finder, 6 epochs',
  slice: 'instead, a slice of rates, 6 epochs',
  'more-epochs': 'instead, the slice for 12 epochs',
  'bigger-body': 'a bigger body, 3 frozen epochs and 6 of everything',
};

/** The story as a Markdown table: error rates over the splits that both sides have. */
export function storyTable(rows: readonly Row[]): string {
  const lines = Object.keys(TITLES).map((stage) => stageLine(stage as Stage['stage'], rows));
  return [
    '| step | splits | Whetstone | fastai | difference, paired |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function stageLine(stage: Stage['stage'], rows: readonly Row[]): string {
  const ours = finalErrors(stage, 'whetstone', rows);
  const theirs = finalErrors(stage, 'fastai', rows);
  const seeds = [...ours.keys()].filter((seed) => theirs.has(seed));
  if (seeds.length < 2) return `| ${TITLES[stage]} | ${seeds.length} | | | |`;
  const [mine, peers] = [ours, theirs].map((errors) => seeds.map((seed) => errors.get(seed)!));
  const differences = seeds.map((_, index) => mine![index]! - peers![index]!);
  const [paired, error] = [mean(differences), deviation(differences) / Math.sqrt(seeds.length)];
  const cells = [mine!, peers!].map((e) => `${rate(mean(e))} ± ${rate(deviation(e))}`);
  return `| ${[TITLES[stage], seeds.length, ...cells, `${rate(paired)}, standard error ${rate(error)}`].join(' | ')} |`;
}

function finalErrors(stage: Stage['stage'], side: Side, rows: readonly Row[]) {
  const errors = new Map<number, number>();
  for (const row of rows) {
    const told = row.stages.find((one) => one.stage === stage);
    // fastai trains the head again before its variations: what counts is the recipe's, which comes first.
    if (row.side === side && told && !errors.has(row.seed))
      errors.set(row.seed, told.epochs.at(-1)!.errorRate);
  }
  return errors;
}

const rate = (value: number) => value.toFixed(3);
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a sample: divided by one less than its size. */
function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(
    mean(values.map((v) => (v - centre) ** 2)) * (values.length / (values.length - 1)),
  );
}
