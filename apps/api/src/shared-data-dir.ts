import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Store } from './store/store.js';

/** The data folder of this process is not the one that the others have. */
class OtherDataDirError extends Error {
  override readonly name = 'OtherDataDirError';
}

/** Processes that share a store share the data folder too: what one writes, another reads. */
export async function assertSameDataDir(store: Store, dataDir: string): Promise<void> {
  const file = path.join(dataDir, 'whetstone.id');
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, randomUUID(), { flag: 'wx' }).catch(unlessThere);
  const own = await readFile(file, 'utf8');
  const kept = await store.remember('data-folder', own);
  if (kept === own) return;
  throw new OtherDataDirError(
    `Expected DATA_DIR to be the folder that the other processes with this MONGODB_URL use, received another one, ${dataDir}. Mount that folder here, or take another database`,
  );
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
