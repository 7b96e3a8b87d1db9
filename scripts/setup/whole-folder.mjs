import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const MARKER = '.complete.json';

/**
 * Fills a folder beside its place and moves it there when it is complete, with a note of what it
 * holds: what stands in place is whole, or `isWhole` says that it no longer is.
 *
 * @param {string} folder
 * @param {string} edition changes when the folder is to hold something else
 * @param {(part: string) => Promise<void>} fill
 */
export async function replaceFolder(folder, edition, fill) {
  await inTemporaryFolder(folder, async (part) => {
    await fill(part);
    const sizes = Object.fromEntries(
      filesIn(part).map((file) => [path.relative(part, file), sizeOf(file)]),
    );
    writeFileSync(path.join(part, MARKER), JSON.stringify({ edition, sizes }));
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  });
}

/**
 * Gives `use` an empty folder beside `place`, and removes it afterwards. What a set-up that was
 * killed left there goes first.
 *
 * @param {string} place
 * @param {(part: string) => Promise<void>} use
 */
export async function inTemporaryFolder(place, use) {
  const part = `${place}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  try {
    await use(part);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/**
 * Whether a folder still holds what `replaceFolder` put there, judged by the size of every file.
 *
 * @param {string} folder
 * @param {string} edition
 */
export function isWhole(folder, edition) {
  const marker = readMarker(folder);
  if (marker === null || marker.edition !== edition) return false;
  return Object.entries(marker.sizes).every(
    ([file, size]) => sizeOf(path.join(folder, file)) === size,
  );
}

/**
 * @param {string} folder
 * @returns {{ edition: string, sizes: Record<string, number> } | null}
 */
function readMarker(folder) {
  try {
    return JSON.parse(readFileSync(path.join(folder, MARKER), 'utf8'));
  } catch {
    // No marker, or half of one: the folder is not complete.
    return null;
  }
}

/** Every file below a folder, those that vanish meanwhile left out. @param {string} folder @returns {string[]} */
export function filesIn(folder) {
  return entriesOf(folder).flatMap((entry) => {
    const place = path.join(folder, entry.name);
    return entry.isDirectory() ? filesIn(place) : [place];
  });
}

/** @param {string} folder */
function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Removed since its parent was read, or never there.
    return [];
  }
}

/** The size of a file, of a link's target; null if there is none. @param {string} file */
export function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}

/** The bytes that all files below a folder have together. @param {string} folder */
export function sizeOfTree(folder) {
  return filesIn(folder).reduce((sum, file) => sum + (sizeOf(file) ?? 0), 0);
}
