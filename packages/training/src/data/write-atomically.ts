import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

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
  await mkdir(folder, { recursive: true });
  const beside = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(beside, 'wx');
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

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
