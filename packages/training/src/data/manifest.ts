import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TrainingError } from '../errors.js';
import type { Split } from './splits/split.js';
import { writeAtomically } from './write-atomically.js';

/**
 * A version of a dataset: which images, with which labels, on which side of the split. Immutable.
 *
 * On disk it is newline-delimited JSON: the header on the first line, then one item a line, in item
 * order. An item's position (from 0) is its identity within the version.
 */
export interface ManifestHeader {
  readonly format: 'whetstone-manifest';
  readonly formatVersion: 1;
  readonly datasetId: string;
  readonly version: number;
  readonly createdAt: string;
  /** Folder that `source` of the items is relative to. */
  readonly root: string;
  /** How the split was made; `items[].split` is its outcome and what counts. */
  readonly split: SplitRule;
  /** Class names in code-point order: the vocab of every model trained on this version. */
  readonly labels: readonly string[];
  readonly itemCount: number;
}

export type SplitRule =
  | { readonly kind: 'random'; readonly validShare: number; readonly seed: number }
  | { readonly kind: 'folders'; readonly train: string; readonly valid: string };

export interface ManifestItem {
  /** SHA-256 of the file's bytes, hex: names its presized copies and caches. */
  readonly hash: string;
  readonly label: string;
  readonly split: Split;
  /** Pixels, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** Size of the original file in bytes. */
  readonly bytes: number;
  /** Path below the root, with forward slashes. */
  readonly source: string;
}

export interface Manifest {
  readonly header: ManifestHeader;
  readonly items: readonly ManifestItem[];
}

/** A manifest file is missing, cut off, of another format version or otherwise not what was written. */
export class ManifestUnreadableError extends TrainingError {
  override readonly name = 'ManifestUnreadableError';
  readonly code = 'MANIFEST_UNREADABLE';
  readonly file: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(
      `Expected a dataset manifest at ${file}, ${problem}. ` +
        'Restore the file from a backup, or import the dataset again',
      options,
    );
    this.file = file;
  }
}

/** What identifies a manifest's content. */
export interface WrittenManifest {
  readonly sha256: string;
  readonly bytes: number;
}

const FORMAT = 'whetstone-manifest';
const FORMAT_VERSION = 1;

/** Writes a manifest, whole or not at all, and returns once the disk has it. */
export async function writeManifest(
  file: string,
  { header, items }: Manifest,
): Promise<WrittenManifest> {
  const lines = [header, ...items].map((line) => `${JSON.stringify(line)}\n`);
  const content = Buffer.from(lines.join(''));
  await writeAtomically(file, content, { durable: true });
  return { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };
}

/** Reads a manifest and checks all of it. Throws a `ManifestUnreadableError` that names the line. */
export async function readManifest(file: string): Promise<Manifest> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ManifestUnreadableError(file, 'found no readable file', { cause });
  });
  const lines = text.split('\n');
  // The last line break leaves an empty rest; anything else is a line that was cut off.
  if (lines.pop() !== '' || lines.length === 0)
    throw new ManifestUnreadableError(file, 'found a file that is cut off');

  const [header, ...items] = lines.map((line, index) => parseLine(file, line, index));
  assertHeader(file, header);
  const labels = new Set(header.labels);
  if (items.length !== header.itemCount) {
    const found = `found ${items.length} items where its header says ${header.itemCount}`;
    throw new ManifestUnreadableError(file, found);
  }
  return { header, items: items.map((item, index) => toItem(file, item, { index, labels })) };
}

function parseLine(file: string, line: string, index: number): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (cause) {
    throw new ManifestUnreadableError(file, `found no JSON in line ${index + 1}`, { cause });
  }
}

function assertHeader(file: string, value: unknown): asserts value is ManifestHeader {
  if (!isRecord(value) || value['format'] !== FORMAT)
    throw new ManifestUnreadableError(file, 'found a file of another kind');
  if (value['formatVersion'] !== FORMAT_VERSION) {
    const version = String(value['formatVersion']);
    throw new ManifestUnreadableError(
      file,
      `in format version ${FORMAT_VERSION}, received version ${version}, which another release wrote`,
    );
  }
  const { labels } = value;
  const isWhole =
    ['datasetId', 'createdAt', 'root'].every((name) => typeof value[name] === 'string') &&
    ['version', 'itemCount'].every((name) => isCount(value[name])) &&
    Array.isArray(labels) &&
    labels.every((label) => typeof label === 'string') &&
    isSplitRule(value['split']);
  if (!isWhole) throw new ManifestUnreadableError(file, 'found an incomplete header');
}

function isSplitRule(value: unknown): value is SplitRule {
  if (!isRecord(value)) return false;
  return value['kind'] === 'random'
    ? typeof value['validShare'] === 'number' && typeof value['seed'] === 'number'
    : value['kind'] === 'folders' &&
        typeof value['train'] === 'string' &&
        typeof value['valid'] === 'string';
}

function toItem(
  file: string,
  value: unknown,
  { index, labels }: { index: number; labels: ReadonlySet<string> },
): ManifestItem {
  if (isItem(value) && labels.has(value.label)) return value;
  throw new ManifestUnreadableError(file, `found no valid item in line ${index + 2}`);
}

function isItem(value: unknown): value is ManifestItem {
  return (
    isRecord(value) &&
    typeof value['hash'] === 'string' &&
    /^[0-9a-f]{64}$/.test(value['hash']) &&
    typeof value['label'] === 'string' &&
    (value['split'] === 'train' || value['split'] === 'valid') &&
    ['width', 'height', 'bytes'].every((name) => isCount(value[name])) &&
    typeof value['source'] === 'string'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
