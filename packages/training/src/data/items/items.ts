import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { TrainingError } from '../../errors.js';

/** Endings of files that are meant to be images, in lower case. Not all can be decoded: those that cannot are reported, not passed over. */
const IMAGE_ENDINGS: ReadonlySet<string> = new Set(
  '.jpg .jpeg .jpe .jfif .png .webp .gif .tif .tiff .avif .heic .heif .bmp .svg'.split(' '),
);

/** There is nothing at the path that was to be a folder of images. */
export class FolderNotFoundError extends TrainingError {
  override readonly name = 'FolderNotFoundError';
  readonly code = 'FOLDER_NOT_FOUND';
  readonly folder: string;

  constructor(folder: string, options: ErrorOptions) {
    super(`Expected a folder at ${folder}, found nothing. Check the path`, options);
    this.folder = folder;
  }
}

/** The path that was to be a folder of images is a file. */
export class NotAFolderError extends TrainingError {
  override readonly name = 'NotAFolderError';
  readonly code = 'NOT_A_FOLDER';
  readonly folder: string;

  constructor(folder: string) {
    super(`Expected a folder at ${folder}, found a file. Give the folder that holds the images`);
    this.folder = folder;
  }
}

/** A folder holds no image file, at any depth. */
export class NoImagesError extends TrainingError {
  override readonly name = 'NoImagesError';
  readonly code = 'NO_IMAGES';
  readonly folder: string;

  constructor(folder: string) {
    super(
      `Expected image files (${[...IMAGE_ENDINGS].join(' ')}) below ${folder}, found none. ` +
        'Give a folder with one subfolder of images a class',
    );
    this.folder = folder;
  }
}

/**
 * Lists the image files of a folder and its subfolders as absolute paths, in one order on every
 * machine: by their path below `root`, character by character. Goes by the ending alone; skips dot
 * files and dot folders; follows links, and reads each folder once even where links lead back to it.
 */
export async function imageFiles(root: string): Promise<string[]> {
  const folder = path.resolve(root);
  await assertFolder(folder);
  const found: string[] = [];
  const seen = new Set<string>();
  const pending = [''];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    const real = await realpath(path.join(folder, below));
    if (seen.has(real)) continue;
    seen.add(real);
    const { files, folders } = await listFolder(folder, below);
    found.push(...files);
    pending.push(...folders.reverse());
  }
  if (found.length === 0) throw new NoImagesError(folder);
  return found.sort(byCharacter).map((below) => path.join(folder, below));
}

async function assertFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((cause: unknown) => {
    throw new FolderNotFoundError(folder, { cause });
  });
  if (!found.isDirectory()) throw new NotAFolderError(folder);
}

/** Image files and subfolders of one folder, as paths below `root` with forward slashes. */
async function listFolder(
  root: string,
  below: string,
): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = [];
  const folders: string[] = [];
  const entries = await readdir(path.join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((left, right) => byCharacter(left.name, right.name))) {
    if (entry.name.startsWith('.')) continue;
    const place = path.posix.join(below, entry.name);
    const isFolder = entry.isSymbolicLink()
      ? await leadsToFolder(path.join(root, place))
      : entry.isDirectory();
    if (isFolder) folders.push(place);
    else if (IMAGE_ENDINGS.has(path.extname(entry.name).toLowerCase())) files.push(place);
  }
  return { files, folders };
}

/** A link that leads nowhere counts as a file: reading it will say what is wrong. */
async function leadsToFolder(link: string): Promise<boolean> {
  return stat(link).then(
    (target) => target.isDirectory(),
    () => false,
  );
}

function byCharacter(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
