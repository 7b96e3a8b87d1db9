import { availableParallelism } from 'node:os';
import {
  architectures,
  imageFiles,
  type Manifest,
  type ManifestItem,
  presizeFor,
  randomSplitter,
  type Split,
  type SplitRule,
  TrainingError,
  writeManifest,
} from '@whetstone/training';
import type {
  ClassCount,
  DatasetProblem,
  DatasetRecord,
  DatasetVersionRecord,
  ImportOutcome,
} from './dataset-store.js';
import { labelFiles, unlearnable } from './label-files.js';
import { lookForProblems } from './look-for-problems.js';
import { type ReadImage, readImages } from './read-images.js';

/** More would fill the screen and the store, and say nothing new. */
const PROBLEMS_KEPT = 1000;

export interface ImportPlaces {
  readonly imagesDir: string;
  /** Where the manifest of a version goes. */
  manifestFile(datasetId: string, version: number): string;
}

export interface ImportOptions {
  readonly places: ImportPlaces;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { done: number; total: number | null }) => void;
}

export interface ImportResult {
  readonly outcome: ImportOutcome;
  /** Only where the import succeeded. */
  readonly version: DatasetVersionRecord | null;
}

/** Turns a folder into the first version of a dataset. What is wrong with the folder is an outcome; only what is wrong with us is thrown. */
export async function importFolder(
  dataset: DatasetRecord,
  options: ImportOptions,
): Promise<ImportResult> {
  const problems: DatasetProblem[] = [];
  try {
    const version = await importVersion(dataset, problems, options);
    return { outcome: { status: 'ready', problems: problems.slice(0, PROBLEMS_KEPT) }, version };
  } catch (error) {
    if (!(error instanceof ImportFailure || error instanceof TrainingError)) throw error;
    const { code, message } = error;
    const failure = { code, message };
    return {
      outcome: { status: 'failed', error: failure, problems: problems.slice(0, PROBLEMS_KEPT) },
      version: null,
    };
  }
}

/** The folder cannot become a dataset. */
class ImportFailure extends Error {
  override readonly name = 'ImportFailure';
  readonly code: string;

  constructor({ code, message }: { code: string; message: string }) {
    super(message);
    this.code = code;
  }
}

async function importVersion(
  dataset: DatasetRecord,
  problems: DatasetProblem[],
  { places, signal, onProgress }: ImportOptions,
): Promise<DatasetVersionRecord> {
  onProgress({ done: 0, total: null });
  const found = await imageFiles(dataset.path);
  const labelled = labelFiles(dataset.path, found, dataset.labelRule);
  problems.push(...labelled.problems);
  assertLearnable(labelled.files);

  const total = labelled.files.length;
  onProgress({ done: 0, total });
  const read = await readImages(labelled.files, {
    imagesDir: places.imagesDir,
    side: presizeFor(architectures()[0]!.imageSize),
    concurrency: Math.min(8, availableParallelism() + 1),
    signal,
    onDone: (done) => {
      onProgress({ done, total });
    },
  });
  problems.push(...read.problems);
  if (read.images.length === 0) throw noneReadable(read.problems);
  assertLearnable(read.images);

  const items = splitItems(read.images, dataset);
  problems.push(...lookForProblems(items));
  const manifest = toManifest(items, dataset);
  await writeManifest(places.manifestFile(dataset.id, 1), manifest);
  return toVersion(manifest);
}

function assertLearnable(files: readonly { readonly label: string }[]): void {
  const problem = unlearnable(new Set(files.map(({ label }) => label)));
  if (problem !== undefined) throw new ImportFailure(problem);
}

function noneReadable(problems: readonly DatasetProblem[]): ImportFailure {
  const example = problems[0]?.message ?? 'no reason';
  return new ImportFailure({
    code: 'NO_READABLE_IMAGES',
    message: `Expected images that can be decoded, received ${problems.length} files of which none can. The first: ${example}`,
  });
}

function splitItems(images: readonly ReadImage[], dataset: DatasetRecord): ManifestItem[] {
  const splits = splitsOf(images, dataset);
  return images.map(({ hash, label, width, height, bytes, source }, index) => ({
    hash,
    label,
    split: splits[index]!,
    width,
    height,
    bytes,
    source,
  }));
}

function splitsOf(images: readonly ReadImage[], dataset: DatasetRecord): readonly Split[] {
  if (dataset.labelRule === 'parent-folder') {
    const split = randomSplitter({ valid: dataset.validShare, seed: dataset.seed });
    return split(images.map(({ hash, label }) => ({ key: hash, label })));
  }
  const splits = images.map(({ split }) => split ?? 'train');
  for (const side of ['train', 'valid'] as const) {
    if (splits.includes(side)) continue;
    throw new ImportFailure({
      code: 'TOO_FEW_ITEMS',
      message: `Expected readable images in ${side}/<class>/, found none. Add some, or import with the rule PARENT_FOLDER, which makes a random split`,
    });
  }
  return splits;
}

function toManifest(items: readonly ManifestItem[], dataset: DatasetRecord): Manifest {
  const split: SplitRule =
    dataset.labelRule === 'parent-folder'
      ? { kind: 'random', validShare: dataset.validShare, seed: dataset.seed }
      : { kind: 'folders', train: 'train', valid: 'valid' };
  return {
    header: {
      format: 'whetstone-manifest',
      formatVersion: 1,
      datasetId: dataset.id,
      version: 1,
      createdAt: new Date().toISOString(),
      root: dataset.path,
      split,
      labels: [...new Set(items.map(({ label }) => label))].sort(),
      itemCount: items.length,
    },
    items,
  };
}

function toVersion({ header, items }: Manifest): DatasetVersionRecord {
  const { split } = header;
  const validCount = items.filter((item) => item.split === 'valid').length;
  return {
    datasetId: header.datasetId,
    version: header.version,
    createdAt: Date.parse(header.createdAt),
    itemCount: items.length,
    trainCount: items.length - validCount,
    validCount,
    classes: countClasses(items),
    validShare: split.kind === 'random' ? split.validShare : null,
    seed: split.kind === 'random' ? split.seed : null,
  };
}

/** How many items each class has, by name. */
export function countClasses(
  items: readonly { readonly label: string; readonly split: Split | null }[],
): ClassCount[] {
  const counts = new Map<string, { count: number; validCount: number }>();
  for (const { label, split } of items) {
    const known = counts.get(label) ?? { count: 0, validCount: 0 };
    known.count += 1;
    if (split === 'valid') known.validCount += 1;
    counts.set(label, known);
  }
  return [...counts]
    .map(([label, known]) => ({ label, ...known }))
    .sort((left, right) => (left.label < right.label ? -1 : 1));
}
