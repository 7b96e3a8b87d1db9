import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { assertFilePath, type FileStore } from './file-store.js';

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

    async read(file) {
      return orUndefined(() => readFile(place(file)));
    },

    async open(file) {
      const target = place(file);
      const found = await orUndefined(() => stat(target));
      if (!found?.isFile()) return undefined;
      return { bytes: found.size, content: createReadStream(target) };
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

async function orUndefined<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
