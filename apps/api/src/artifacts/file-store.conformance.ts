import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { FileStore } from './file-store.js';

/** What every file store promises. `open` gives a store that is empty. */
export function fileStoreConformance(open: () => Promise<FileStore>): void {
  const content = Buffer.from('the content');

  describe('file store', () => {
    it('gives back what was written, with its size and SHA-256', async () => {
      const files = await open();
      const sha256 = createHash('sha256').update(content).digest('hex');
      expect(await files.write('runs/a/one.json', content)).toEqual({ bytes: 11, sha256 });
      expect(await files.read('runs/a/one.json')).toEqual(content);
    });

    it('takes over a file of this machine, with its size and SHA-256', async () => {
      const files = await open();
      const from = path.join(await mkdtemp(path.join(tmpdir(), 'files-')), 'made');
      await writeFile(from, content);
      const sha256 = createHash('sha256').update(content).digest('hex');
      expect(await files.take('runs/a/one.json', from)).toEqual({ bytes: 11, sha256 });
      expect(await files.read('runs/a/one.json')).toEqual(content);
      expect(existsSync(from)).toBe(false);
      await rm(path.dirname(from), { recursive: true });
    });

    it('copies a file, which outlives the one it was made of', async () => {
      const files = await open();
      await files.write('runs/a/one', content);
      await files.write('runs/b/two', Buffer.from('something else'));
      expect(await files.copy('runs/a/one', 'runs/b/two')).toBe(true);
      expect(await files.copy('runs/a/one', 'runs/b/two')).toBe(true);
      await files.write('runs/a/one', Buffer.from('new'));
      expect(await files.read('runs/b/two')).toEqual(content);
      await files.removeFolder('runs/a');
      expect(await files.read('runs/b/two')).toEqual(content);
    });

    it('says that there is nothing to copy', async () => {
      const files = await open();
      expect(await files.copy('runs/a/none', 'runs/b/two')).toBe(false);
      expect(await files.read('runs/b/two')).toBeUndefined();
    });

    it('removes a folder with all that is in it, and no other', async () => {
      const files = await open();
      for (const file of ['runs/a/one', 'runs/a/b/two', 'runs/ab/three'])
        await files.write(file, content);
      await files.removeFolder('runs/a');
      await files.removeFolder('runs/a');
      expect(await files.read('runs/a/one')).toBeUndefined();
      expect(await files.read('runs/a/b/two')).toBeUndefined();
      expect(await files.read('runs/ab/three')).toEqual(content);
    });

    it('streams a file and says its size first', async () => {
      const files = await open();
      await files.write('runs/a/one.json', content);
      const opened = await files.open('runs/a/one.json');
      expect(opened?.bytes).toBe(11);
      expect(opened && (await text(opened.content))).toBe('the content');
    });

    it('replaces a file of the same path', async () => {
      const files = await open();
      await files.write('one', Buffer.from('a longer content'));
      await files.write('one', content);
      expect(await files.read('one')).toEqual(content);
    });

    it('has nothing where nothing was written', async () => {
      const files = await open();
      expect(await files.read('runs/a/none')).toBeUndefined();
      expect(await files.open('runs/a/none')).toBeUndefined();
    });

    it('removes a file, and what is not there', async () => {
      const files = await open();
      await files.write('one', content);
      await files.remove('one');
      await files.remove('one');
      expect(await files.read('one')).toBeUndefined();
    });

    it.each(['../one', 'a/../../one', '/etc/passwd', 'a//b', 'a\\b', '', '.', 'a/\0'])(
      'refuses the path %j',
      async (path) => {
        const files = await open();
        await expect(files.read(path)).rejects.toThrow('Expected a path');
        await expect(files.write(path, content)).rejects.toThrow('Expected a path');
        await expect(files.copy(path, 'one')).rejects.toThrow('Expected a path');
        await expect(files.copy('one', path)).rejects.toThrow('Expected a path');
      },
    );
  });
}
