import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Readiness } from '../side-process.js';
import type { Machine } from './machine.js';
import { toFigure } from './figure.js';
import { type MeasuredRow, mergePerformance, type Performance } from './performance.js';
import { toMarkdown } from './table.js';

/** The figures of a run, written after every row, so that one that breaks off keeps what it has. */
export class Report {
  readonly #file: string | null;
  readonly #old: Performance | null;
  readonly #order: readonly string[];
  readonly #machine: Machine;
  readonly #rows: MeasuredRow[] = [];
  #versions: Readonly<Record<string, string>> = {};

  private constructor({ file, old, order, machine }: Opened) {
    this.#file = file;
    this.#old = old;
    this.#order = order;
    this.#machine = machine;
  }

  /**
   * Looks at what is to be written to, before anything is measured. `file` is the JSON, with the page
   * beside it; with null, nothing is written.
   */
  static async open(
    file: string | null,
    { order, machine }: Pick<Opened, 'order' | 'machine'>,
  ): Promise<Report> {
    if (file !== null) await mkdir(path.dirname(file), { recursive: true });
    const old = file === null ? null : await readPerformance(file);
    return new Report({ file, old, order, machine });
  }

  get measured(): readonly MeasuredRow[] {
    return this.#rows;
  }

  /** Takes a row in, with the sides that say of what versions they are. */
  async add(row: MeasuredRow, sides: readonly Readiness[]): Promise<void> {
    this.#rows.push(row);
    for (const { versions } of sides) this.#versions = { ...this.#versions, ...versions };
    if (this.#file === null) return;
    const performance = mergePerformance(
      this.#old,
      { machine: this.#machine, versions: this.#versions, date: row.date, rows: this.#rows },
      this.#order,
    );
    const { dir, name } = path.parse(this.#file);
    await writeFormatted(this.#file, JSON.stringify(performance));
    await writeFormatted(path.join(dir, `${name}.md`), toMarkdown(performance, this.#order));
    await writeFile(path.join(dir, `${name}.svg`), toFigure(performance.rows));
  }
}

interface Opened {
  readonly file: string | null;
  readonly old: Performance | null;
  /** The ids of all rows there are. */
  readonly order: readonly string[];
  readonly machine: Machine;
}

async function readPerformance(file: string): Promise<Performance | null> {
  if (!existsSync(file)) return null;
  try {
    // The cast trusts what this very class has written.
    return JSON.parse(await readFile(file, 'utf8')) as Performance;
  } catch (cause) {
    throw new Error(
      `Expected figures of an earlier run in ${file}, found no JSON. Remove it, or give another file`,
      { cause },
    );
  }
}

async function writeFormatted(file: string, text: string): Promise<void> {
  const style = await resolveConfig(file);
  await writeFile(file, await format(text, { ...style, filepath: file }));
}
