import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { imageFiles, TrainingError } from '@whetstone/training';
import type { DataRoots } from './data-roots.js';
import type { ClassCount, DatasetProblem, LabelRule } from './dataset-store.js';
import { countClasses } from './import-dataset.js';
import { labelFiles, unlearnable } from './label-files.js';

export interface Folder {
  readonly path: string;
  readonly name: string;
  readonly imageCount: number;
  readonly folderCount: number;
}

export interface FolderPreview {
  readonly path: string;
  readonly imageCount: number;
  readonly classes: readonly ClassCount[];
  readonly problems: readonly DatasetProblem[];
}

const MOST_FOLDERS = 50;
/** Entries looked at below one folder: enough to say "many", soon enough while a person types. */
const MOST_ENTRIES = 4000;
const imageName = /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|avif|heic|heif|bmp|svg)$/i;

/** Folders whose paths begin with `prefix`, inside the data roots. */
export async function completeFolder(prefix: string, roots: DataRoots): Promise<Folder[]> {
  const matchingRoots = roots.folders.filter((root) => root.startsWith(prefix) && root !== prefix);
  const children = path.isAbsolute(prefix) ? await childrenOf(prefix, roots) : [];
  const paths = [...new Set([...matchingRoots, ...children])].slice(0, MOST_FOLDERS);
  return Promise.all(paths.map(describe));
}

/** What importing a folder would find. Reads names only, no images. */
export async function previewFolder(
  folder: string,
  rule: LabelRule,
  roots: DataRoots,
): Promise<FolderPreview> {
  const root = await roots.resolve(folder);
  try {
    const found = await imageFiles(root);
    const { files, problems } = labelFiles(root, found, rule);
    const standsInTheWay = unlearnable(new Set(files.map(({ label }) => label)));
    return {
      path: root,
      imageCount: found.length,
      classes: countClasses(files),
      problems: standsInTheWay === undefined ? problems : [standsInTheWay, ...problems],
    };
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    const { code, message } = error;
    return { path: root, imageCount: 0, classes: [], problems: [{ path: '.', code, message }] };
  }
}

async function childrenOf(prefix: string, roots: DataRoots): Promise<string[]> {
  const parent = prefix.endsWith(path.sep) ? prefix : path.dirname(prefix);
  const start = prefix.endsWith(path.sep) ? '' : path.basename(prefix);
  const real = await realpath(parent).catch(() => undefined);
  if (real === undefined || !(await roots.contains(real))) return [];
  const names = await foldersIn(parent);
  return names
    .filter((name) => name.startsWith(start) && !name.startsWith('.'))
    .map((name) => path.join(parent, name));
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function describe(folder: string): Promise<Folder> {
  const pending = [folder];
  let imageCount = 0;
  let seen = 0;
  for (let next = pending.pop(); next !== undefined && seen < MOST_ENTRIES; next = pending.pop()) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    seen += entries.length;
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) pending.push(path.join(next, entry.name));
      else if (imageName.test(entry.name)) imageCount += 1;
    }
  }
  return {
    path: folder,
    name: path.basename(folder),
    imageCount,
    folderCount: (await foldersIn(folder)).filter((name) => !name.startsWith('.')).length,
  };
}
