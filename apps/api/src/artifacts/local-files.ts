import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  copyFile,
  link,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { isNoRoom } from '../no-room.js';
import { assertFilePath, type FileStore, type StoredFile } from './file-store.js';

/** A checkpoint and what else a run is about to write. */
const ROOM_BYTES = 64 * 2 ** 20;

/** Keeps files below a folder: written beside, synced, then renamed. */
export function localFiles(root: string): FileStore {
  const place = (file: string) => {
    assertFilePath(file);
    return path.join(root, file);
  };
  return {
    async write(file, content) {
      const target = place(file);
      await mkdir(path.dirname(target), { recursive: true });
      const beside = `${target}.${randomUUID()}.tmp`;
      try {
        await writeSynced(beside, content);
        await rename(beside, target);
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
      return {
        bytes: content.byteLength,
        sha256: createHash('sha256').update(content).digest('hex'),
      };
    },

    async take(file, from) {
      const target = place(file);
      await mkdir(path.dirname(target), { recursive: true });
      const stored = await hashed(from);
      await synced(from);
      await rename(from, target);
      return stored;
    },

    async copy(from, to) {
      const source = place(from);
      const target = place(to);
      await mkdir(path.dirname(target), { recursive: true });
      const beside = `${target}.${randomUUID()}.tmp`;
      try {
        await linkOrCopy(source, beside);
        await rename(beside, target);
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      } finally {
        // Also after a rename: between two names of one file it does nothing.
        await rm(beside, { force: true });
      }
    },

    async hasRoom() {
      const probe = place(`.probe-${randomUUID()}`);
      try {
        await mkdir(root, { recursive: true });
        // What is mounted read-only has room, but not for us.
        await writeFile(probe, 'x');
        await rm(probe);
        const { bavail, bsize } = await statfs(root);
        return bavail * bsize >= ROOM_BYTES;
      } catch (error) {
        if (isNoRoom(error)) return false;
        throw error;
      }
    },

    async read(file) {
      return orUndefined(() => readFile(place(file)));
    },

    async open(file) {
      const target = place(file);
      const found = await orUndefined(() => stat(target));
      if (!found?.isFile()) return undefined;
      return { bytes: found.size, content: createReadStream(target) };
    },

    async removeFolder(folder) {
      await rm(place(folder), { recursive: true, force: true });
    },

    async remove(file) {
      await rm(place(file), { force: true });
    },
  };
}

async function writeSynced(file: string, content: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A second name for the same bytes, which never change under it; a copy where the disk has no such thing. */
async function linkOrCopy(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    if (isMissing(error)) throw error;
    await copyFile(source, target);
    await synced(target);
  }
}

async function hashed(file: string): Promise<StoredFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function synced(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function orUndefined<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';
