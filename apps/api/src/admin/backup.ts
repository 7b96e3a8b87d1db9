import { existsSync } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { newestSchema } from '../store/sqlite/database.js';
import { snapshotDatabase } from '../store/sqlite/snapshot.js';
import { DATABASE_FILE, openSqliteStore } from '../store/sqlite/sqlite-store.js';
import { whetstoneVersion } from '../version.js';
import { AdminError } from './admin-error.js';
import {
  type BackupHeader,
  FORMAT,
  FORMAT_VERSION,
  HEADER_FILE,
  isImageCopy,
} from './archive-format.js';
import { ArchiveWriter } from './archive-writer.js';
import { type KeptFile, keptFiles } from './kept-files.js';
import { assertRoom, openStaging } from './staging.js';

/** What tar adds to each file at most: its header, and what fills its last block. */
const TAR_BYTES = 1024;
/** So many files may go while a backup tries to see all of them at once. */
const MOST_GONE = 50;

export interface BackupOptions {
  readonly dataDir: string;
  /** Where the backup goes; there must be nothing yet. */
  readonly file: string;
  readonly signal?: AbortSignal;
  /** Hears how many bytes are done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface BackupReport {
  readonly files: number;
  readonly bytes: number;
  /** Files of which the log says that they are there, and they are not. */
  readonly missing: readonly string[];
  /** Files whose content is not what the log says. They are in the backup as they are. */
  readonly damaged: readonly string[];
}

/** A file that the backup was about to read is no longer there. */
class FileGoneError extends Error {
  override readonly name = 'FileGoneError';
  readonly path: string;

  constructor(gone: string) {
    super(`${gone} is gone`);
    this.path = gone;
  }
}

/** Writes everything that a data folder has, as it is at one moment, into one file; runs may train meanwhile. */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  const { dataDir, file } = options;
  if (!existsSync(path.join(dataDir, DATABASE_FILE)))
    throw new AdminError(
      'NO_DATA',
      `Expected a data folder with ${DATABASE_FILE}, received ${dataDir}, which has none. Set DATA_DIR to the folder that the program uses`,
    );
  assertNothingThere(file);
  const staging = await openStaging(`${file}.partial`);
  try {
    const written = path.join(staging.folder, 'backup.tar');
    const report = await whileFilesGo((gone) => writeBackup({ ...options, written, gone }));
    assertNothingThere(file);
    await rename(written, file);
    return report;
  } finally {
    await staging.close();
  }
}

function assertNothingThere(file: string): void {
  if (existsSync(file))
    throw new AdminError(
      'FILE_EXISTS',
      `Expected the name of a new file, received ${file}, which there is already. Choose another name, or remove it first`,
    );
  if (!existsSync(path.dirname(file)))
    throw new AdminError(
      'FILE_EXISTS',
      `Expected a file in a folder that exists, received ${file}. Make ${path.dirname(file)} first`,
    );
}

/**
 * Begins anew, with a new look at the store, where a file was removed between the look and its turn.
 * One that is missing although the store still names it was lost before, and is left out.
 */
async function whileFilesGo<Result>(
  work: (gone: ReadonlySet<string>) => Promise<Result>,
): Promise<Result> {
  const gone = new Set<string>();
  for (;;) {
    try {
      return await work(gone);
    } catch (error) {
      if (!(error instanceof FileGoneError)) throw error;
      gone.add(error.path);
      if (gone.size <= MOST_GONE) continue;
      throw new AdminError(
        'DATA_CHANGES',
        `Expected the files of runs to stay for a moment, received ${gone.size} that went while they were read. Pause what trains, delete nothing meanwhile, and try again`,
        error,
      );
    }
  }
}

interface Attempt extends BackupOptions {
  readonly written: string;
  readonly gone: ReadonlySet<string>;
}

async function writeBackup(attempt: Attempt): Promise<BackupReport> {
  const { dataDir, written, signal, onProgress } = attempt;
  const source = await openSource(attempt);
  try {
    const { files, missing } = source;
    const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
    await assertRoom(path.dirname(written), bytes + (files.length + 3) * TAR_BYTES);
    const archive = new ArchiveWriter(written);
    try {
      await archive.addText(HEADER_FILE, headerText({ files: files.length, bytes }));
      const damaged: string[] = [];
      let done = 0;
      for (const one of files) {
        signal?.throwIfAborted();
        const handle = one.handle ?? (await opened(path.join(dataDir, one.path), one.path));
        const content = handle.createReadStream() as AsyncIterable<Buffer>;
        const sha256 = await archive.add({ name: one.path, bytes: one.bytes, content });
        if (one.sha256 !== null && one.sha256 !== sha256) damaged.push(one.path);
        onProgress?.((done += one.bytes), bytes);
      }
      await archive.finish();
      return { files: files.length, bytes, missing, damaged };
    } catch (error) {
      await archive.abandon();
      throw error;
    }
  } finally {
    await source.close();
  }
}

interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string | null;
  /** Given where the file may be removed at any moment: what is open can be read all the same. */
  readonly handle?: FileHandle;
}

interface Source {
  readonly files: readonly SourceFile[];
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/** Looks at the store at one moment, and takes hold of what it names. */
async function openSource({ dataDir, written, gone }: Attempt): Promise<Source> {
  const folder = path.dirname(written);
  const snapshot = path.join(folder, DATABASE_FILE);
  snapshotDatabase(path.join(dataDir, DATABASE_FILE), snapshot);
  const store = openSqliteStore(snapshot);
  const kept = await keptFiles(store).finally(() => store.close());
  const files: SourceFile[] = [];
  const missing: string[] = [];
  const close = async () => {
    for (const { handle } of files) await handle?.close();
    await rm(snapshot, { force: true });
  };
  try {
    const handle = await open(snapshot);
    files.push({ path: DATABASE_FILE, bytes: (await handle.stat()).size, sha256: null, handle });
    for (const one of kept) {
      const found = await find(one, dataDir);
      if (found !== undefined) files.push(found);
      else if (one.isNeeded && !gone.has(one.path)) throw new FileGoneError(one.path);
      else if (one.isNeeded) missing.push(one.path);
    }
    files.push(...(await imageCopies(dataDir)));
  } catch (error) {
    await close();
    throw error;
  }
  return { files, missing, close };
}

async function find(one: KeptFile, dataDir: string): Promise<SourceFile | undefined> {
  const place = path.join(dataDir, one.path);
  try {
    if (!one.mayGo) return { ...one, bytes: (await stat(place)).size };
    const handle = await open(place);
    return { ...one, bytes: (await handle.stat()).size, handle };
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

/** Copies are never removed, and written before a manifest names them: those of now are enough. */
async function imageCopies(dataDir: string): Promise<readonly SourceFile[]> {
  const copies: SourceFile[] = [];
  for (const folder of await namesIn(path.join(dataDir, 'images'))) {
    for (const name of await namesIn(path.join(dataDir, 'images', folder))) {
      if (!isImageCopy(name)) continue;
      const place = `images/${folder}/${name}`;
      const { size } = await stat(path.join(dataDir, place));
      copies.push({ path: place, bytes: size, sha256: null });
    }
  }
  return copies;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isNotThere(error)) return [];
    throw error;
  }
}

async function opened(place: string, name: string): Promise<FileHandle> {
  try {
    return await open(place);
  } catch (error) {
    throw isNotThere(error) ? new FileGoneError(name) : error;
  }
}

function isNotThere(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))
  );
}

function headerText(sizes: Pick<BackupHeader, 'files' | 'bytes'>): string {
  const header: BackupHeader = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    createdAt: new Date().toISOString(),
    whetstone: whetstoneVersion,
    schema: newestSchema,
    ...sizes,
  };
  return `${JSON.stringify(header, null, 2)}\n`;
}
