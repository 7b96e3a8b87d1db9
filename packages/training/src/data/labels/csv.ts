import { InvalidOptionError, TrainingError } from '../../errors.js';

/** One record of a CSV text. */
export interface CsvRow {
  readonly fields: readonly string[];
  /** Line of the text that the record starts in, from 1. */
  readonly line: number;
}

/** A table of labels is no CSV, or lacks what labels need. */
export class LabelsUnreadableError extends TrainingError {
  override readonly name = 'LabelsUnreadableError';
  readonly code = 'LABELS_UNREADABLE';
  /** Line of the text, or row of the table, from 1. */
  readonly line: number;

  constructor(line: number, problem: string) {
    super(`${problem} (line ${line}). Correct the table of labels`);
    this.line = line;
  }
}

/**
 * Reads comma-separated values as RFC 4180 writes them: fields in quotes may hold commas, line
 * breaks and doubled quotes; lines end in CRLF or LF, the last one need not. Every record must have
 * as many fields as the first. Throws a `LabelsUnreadableError` with the line.
 */
export function parseCsv(text: string, { delimiter = ',' } = {}): CsvRow[] {
  const scanner = { text: text.replace(/^\uFEFF/, ''), at: 0, line: 1, ...patterns(delimiter) };
  const rows: CsvRow[] = [];
  while (scanner.at < scanner.text.length) {
    const row = takeRow(scanner);
    const expected = rows[0]?.fields.length ?? row.fields.length;
    if (row.fields.length !== expected) {
      const found = `Expected ${expected} fields as in the first line, received ${row.fields.length}`;
      throw new LabelsUnreadableError(row.line, found);
    }
    rows.push(row);
  }
  return rows;
}

interface Scanner {
  readonly text: string;
  at: number;
  line: number;
  /** A field, in quotes (first group) or plain (second). */
  readonly field: RegExp;
  /** What ends a field: a delimiter, or a line break or the end of the text. */
  readonly end: RegExp;
  readonly delimiter: string;
}

function patterns(delimiter: string): Pick<Scanner, 'field' | 'end' | 'delimiter'> {
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter))
    throw new InvalidOptionError(
      'delimiter',
      delimiter,
      'one character other than a quote or a line break',
    );
  const escaped = delimiter.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return {
    field: new RegExp(`"([^"]*(?:""[^"]*)*)"|([^"\\r\\n${escaped}]*)`, 'y'),
    end: new RegExp(`${escaped}|\\r?\\n|$`, 'y'),
    delimiter,
  };
}

function takeRow(scanner: Scanner): CsvRow {
  const { line } = scanner;
  const fields: string[] = [];
  for (;;) {
    const [whole, quoted, plain] = take(scanner, scanner.field)!;
    fields.push(quoted?.replaceAll('""', '"') ?? plain!);
    const end = take(scanner, scanner.end);
    if (end === null) throw new LabelsUnreadableError(scanner.line, misplaced(scanner, whole));
    if (end[0] !== scanner.delimiter) return { fields, line };
  }
}

function take(scanner: Scanner, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = scanner.at;
  const match = pattern.exec(scanner.text);
  if (match === null) return null;
  scanner.at = pattern.lastIndex;
  scanner.line += match[0].split('\n').length - 1;
  return match;
}

/** What is wrong with the character after a field. */
function misplaced({ text, at }: Scanner, field: string): string {
  if (text[at] === '"' && field === '')
    return 'Expected a closing quote, received the end of the text';
  if (text[at] === '\r') return 'Expected lines to end in CRLF or LF, received CR alone';
  return field.startsWith('"')
    ? `Expected a comma or a line break after a closing quote, received ${text[at]!}`
    : 'Expected a field with a quote to be in quotes, its quotes doubled, received a plain one';
}
