/** The first file of a backup says what it is; the last one has the SHA-256 of all others, for `sha256sum -c`. */
export const HEADER_FILE = 'whetstone-backup.json';
export const SUMS_FILE = 'SHA256SUMS';
export const FORMAT = 'whetstone-backup';
export const FORMAT_VERSION = 1;

export interface BackupHeader {
  readonly format: typeof FORMAT;
  readonly formatVersion: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Version of the program that wrote it. */
  readonly whetstone: string;
  /** Of the database. */
  readonly schema: number;
  /** How many files there are between this one and the sums, and how large they are together. */
  readonly files: number;
  readonly bytes: number;
}

/** A presized copy of an image; what is half-written is called otherwise. */
export const isImageCopy = (file: string): boolean => /^[0-9a-f]{64}-\d+\.jpg$/.test(file);

const places = [
  /^whetstone\.sqlite$/,
  /^datasets\/[\w-]+\/v\d+\.ndjson$/,
  /^images\/[0-9a-f]{2}\/[0-9a-f]{64}-\d+\.jpg$/,
  /^runs\/[\w-]+\/[\w-][\w.-]*$/,
];

/** Whether a backup may have a file there: such a path cannot leave the folder. */
export const isDataFile = (name: string): boolean => places.some((place) => place.test(name));

export function sumsText(sums: ReadonlyMap<string, string>): string {
  return [...sums].map(([name, sha256]) => `${sha256}  ${name}\n`).join('');
}

/** Undefined if the text is not a list of sums. */
export function parseSums(text: string): ReadonlyMap<string, string> | undefined {
  const sums = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, sha256, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sha256 === undefined || name === undefined || sums.has(name)) return undefined;
    sums.set(name, sha256);
  }
  return sums;
}
