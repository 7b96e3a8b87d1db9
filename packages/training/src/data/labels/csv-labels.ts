import path from 'node:path';
import { type CsvRow, LabelsUnreadableError, parseCsv } from './csv.js';
import { type Labeller, LabelNotFoundError } from './labellers.js';

export interface CsvLabelsOptions {
  /** Folder that the table's file names are below. */
  readonly root: string;
  /** Column of the file names. @default the first column */
  readonly fileColumn?: string;
  /** Column of the labels. @default the second column */
  readonly labelColumn?: string;
  /** What every file name lacks at its end, such as `.jpg`. @default '' */
  readonly suffix?: string;
  /** One character; not used where rows are given. @default ',' */
  readonly delimiter?: string;
}

/** A CSV text, or its records as lists of fields. The first line names the columns. */
export type LabelTable = string | readonly (readonly string[])[];

/**
 * Takes labels from a table, the second usual way that data arrives. A file that the table does not
 * name has no label; a file that is named twice must have the same label.
 */
export function csvLabels(table: LabelTable, options: CsvLabelsOptions): Labeller {
  const labels = readTable(table, options);
  const root = path.resolve(options.root);
  return (file) => {
    const label = labels.get(toName(path.relative(root, path.resolve(root, file))));
    if (label !== undefined) return label;
    throw new LabelNotFoundError(
      file,
      `one of the ${labels.size} files that the table names below ${root}`,
      'Add a row for it, correct `root` or `suffix`, or take the file out',
    );
  };
}

/**
 * The files that a table names, as absolute paths in its order: give them as items where a row
 * without its file is to be reported too.
 */
export function csvFiles(table: LabelTable, options: CsvLabelsOptions): string[] {
  const root = path.resolve(options.root);
  return [...readTable(table, options).keys()].map((name) => path.join(root, name));
}

/** The label of each file, by its path below the root with forward slashes. */
function readTable(
  table: LabelTable,
  { fileColumn, labelColumn, suffix = '', delimiter = ',' }: CsvLabelsOptions,
): ReadonlyMap<string, string> {
  const [header, ...rows] =
    typeof table === 'string' ? parseCsv(table, { delimiter }) : numbered(table);
  if (header === undefined || rows.length === 0)
    throw new LabelsUnreadableError(
      1,
      'Expected a line of column names and a line a file, received no file',
    );
  const fileAt = columnAt(header, fileColumn, 0);
  const labelAt = columnAt(header, labelColumn, 1);
  const found = new Map<string, { label: string; line: number }>();
  for (const { fields, line } of rows) {
    const file = fields[fileAt] ?? '';
    const label = fields[labelAt] ?? '';
    if (file === '' || label === '')
      throw new LabelsUnreadableError(
        line,
        'Expected a file name and a label, received an empty field',
      );
    const name = toName(file + suffix);
    const known = found.get(name) ?? { label, line };
    if (known.label !== label) {
      const both = `"${known.label}" in line ${known.line} and "${label}"`;
      throw new LabelsUnreadableError(line, `Expected one label for ${name}, received ${both}`);
    }
    found.set(name, known);
  }
  return new Map([...found].map(([name, { label }]) => [name, label]));
}

function numbered(rows: readonly (readonly string[])[]): CsvRow[] {
  return rows.map((fields, index) => ({ fields, line: index + 1 }));
}

function columnAt({ fields, line }: CsvRow, column: string | undefined, place: number): number {
  const names = fields.map((name) => `"${name}"`).join(', ');
  if (column === undefined) {
    if (place < fields.length) return place;
    throw new LabelsUnreadableError(
      line,
      `Expected ${place + 1} columns or more, received ${names}`,
    );
  }
  const at = fields.indexOf(column);
  if (at === -1 || fields.lastIndexOf(column) !== at)
    throw new LabelsUnreadableError(line, `Expected one column "${column}", received ${names}`);
  return at;
}

/** One spelling of a path: forward slashes, no detours, and accents composed, which macOS takes apart. */
function toName(file: string): string {
  return path.posix.normalize(file.replaceAll('\\', '/')).normalize('NFC');
}
