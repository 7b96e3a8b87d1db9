import { readFile, stat } from 'node:fs/promises';
import { orUnreadable } from './decode.js';

/**
 * Reads an image file whole. Throws an `ImageUnreadableError` for what is no file: reading a pipe
 * would wait for ever, and a device has no end.
 */
export async function readOriginal(path: string): Promise<Buffer> {
  return orUnreadable(path, async () => {
    if (!(await stat(path)).isFile()) throw new Error('a folder, pipe or device');
    return readFile(path);
  });
}
