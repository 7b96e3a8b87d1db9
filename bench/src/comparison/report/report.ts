import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Readiness } from '../side-process.js';
import { thisMachine } from './machine.js';
import { type MeasuredRow, mergePerformance, type Performance } from './performance.js';
import { toMarkdown } from './table.js';

/** The figures of a run, written after every row, so that one that breaks off keeps what it has. */
export class Report {
  readonly #file: string | null;
  readonly #order: readonly string[];
  readonly #machine = thisMachine();
  readonly #rows: MeasuredRow[] = [];
  #versions: Readonly<Record<string, string>> = {};

  /** `file` is the JSON; the page is beside it. With null, nothing is written. */
  constructor(file: string | null, order: readonly string[]) {
    this.#file = file;
    this.#order = order;
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
      await readPerformance(this.#file),
      { machine: this.#machine, versions: this.#versions, date: row.date, rows: this.#rows },
      this.#order,
    );
    const { dir, name } = path.parse(this.#file);
    await writeFormatted(this.#file, JSON.stringify(performance));
    await writeFormatted(path.join(dir, `${name}.md`), toMarkdown(performance, this.#order));
  }
}

async function readPerformance(file: string): Promise<Performance | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  // The cast trusts what this very class has written.
  return text === null ? null : (JSON.parse(text) as Performance);
}

async function writeFormatted(file: string, text: string): Promise<void> {
  const style = await resolveConfig(file);
  await writeFile(file, await format(text, { ...style, filepath: file }));
}
