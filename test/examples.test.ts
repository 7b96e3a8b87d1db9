import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { TRAINING_PROCESS_ENVIRONMENT } from '@whetstone/training';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolders, temporaryFolder } from './support/program.js';
import { shapesFolder } from './support/runs.js';

const root = path.resolve(import.meta.dirname, '..');
const SIZE = '64';
let photos: string;
let folder: string;

beforeAll(async () => {
  photos = await shapesFolder();
  folder = await temporaryFolder('examples');
});
afterAll(removeFolders);

/** Runs an example as its first line says, in a folder of its own, and returns what it printed. */
async function run(name: string, ...args: string[]): Promise<string> {
  const tsx = path.join(root, 'node_modules/tsx/dist/cli.mjs');
  const script = path.join(root, 'examples', `${name}.ts`);
  const child = spawn(process.execPath, [tsx, '--conditions=@whetstone/source', script, ...args], {
    cwd: folder,
    env: { ...process.env, ...TRAINING_PROCESS_ENVIRONMENT },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const output = Buffer.concat(chunks).toString();
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}:\n${output}`);
  return output;
}

describe('Examples', () => {
  it('fine-tune a folder, then read the mistakes of what was saved', async () => {
    const tuned = await run('01-fine-tune', photos, SIZE);
    expect(tuned).toMatch(/✓ vocab +3 labels/);
    expect(tuned).toContain('predicted');
    const read = await run('04-read-mistakes', 'pets-learner', photos, 'mistakes.png');
    expect(read).toMatch(/accuracy +0\.\d\d/);
    expect(read).toMatch(/-ln 0\.\d+ = \d/);
    const png = await readFile(path.join(folder, 'mistakes.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  it("train a body of one's own", async () => {
    expect(await run('03-own-architecture')).toMatch(/11 \d\.\d+ 0\.\d+/);
  });

  it('take part in training with a callback', async () => {
    const output = await run('02-own-callback', photos, SIZE);
    expect(output).toMatch(/step 0: loss \d/);
    expect(output).toMatch(/status: '(completed|cancelled)'/);
  });
});
