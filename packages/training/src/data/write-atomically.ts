import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { unlessMissing } from './unless-missing.js';

export interface WriteAtomicallyOptions {
  /** Waits until the disk has it, so that it survives a power cut. @default false */
  readonly durable?: boolean;
}

/**
 * Writes a whole file or nothing: beside its place first, then renamed. Readers never see a part of
 * it, and two writers at once leave one of their files. Makes missing folders.
 */
export async function writeAtomically(
  file: string,
  content: Uint8Array,
  { durable = false }: WriteAtomicallyOptions = {},
): Promise<void> {
  const folder = path.dirname(file);
  const beside = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await create(beside);
    try {
      await handle.writeFile(content);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  // The new name is an entry of its folder, which the disk has to have as well.
  if (durable && process.platform !== 'win32') await syncFolder(folder);
}

/** Folders are mostly there: looking for them first would cost every small file a trip to the disk. */
async function create(file: string): Promise<FileHandle> {
  const handle = await open(file, 'wx').catch(unlessMissing);
  if (handle !== undefined) return handle;
  await mkdir(path.dirname(file), { recursive: true });
  return open(file, 'wx');
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
