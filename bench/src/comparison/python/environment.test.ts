import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensurePython } from './environment.js';

/** Writes a wheel of a package that has nothing but a number. A wheel is a zip file with three texts about it. */
const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + "/tiny-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("tiny.py", "answer = 42\\n")
    wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
    wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("tiny-1.0.dist-info/RECORD", "tiny.py,,\\ntiny-1.0.dist-info/METADATA,,\\ntiny-1.0.dist-info/WHEEL,,\\ntiny-1.0.dist-info/RECORD,,\\n")
`;

let folder: string;
let cacheDir: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whetstone-python-'));
  cacheDir = path.join(folder, 'cache');
  execFileSync('python3', ['-c', MAKE_WHEEL, folder]);
});
afterAll(() => rm(folder, { recursive: true }));

/** Installs `packages` out of the folder alone: nothing is fetched. */
async function install(packages: string, told: string[] = []): Promise<string> {
  const requirementsFile = path.join(folder, 'requirements.txt');
  await writeFile(requirementsFile, `--no-index\n--find-links ${folder}\n${packages}\n`);
  return ensurePython({ requirementsFile, cacheDir, tell: (text) => told.push(text) });
}

const answerOf = (python: string) =>
  execFileSync(python, ['-c', 'import tiny; print(tiny.answer)'], { encoding: 'utf8' }).trim();

// A new environment brings pip along, which takes its time.
describe('ensurePython', { timeout: 120_000 }, () => {
  it('installs the requirements into an environment of its own and says beforehand how large', async () => {
    const told: string[] = [];
    const python = await install('tiny==1.0', told);
    expect(answerOf(python)).toBe('42');
    expect(python.startsWith(path.join(cacheDir, 'bench-python-'))).toBe(true);
    expect(told).toEqual([expect.stringMatching(/about 6 GB.*bench-python-.*--python PATH/)]);
  });

  it('installs nothing the second time', async () => {
    const told: string[] = [];
    const python = await install('tiny==1.0', told);
    const { mtimeMs } = await stat(path.join(path.dirname(python), '../complete.json'));
    expect(await install('tiny==1.0  # the same')).toBe(python);
    expect(told).toEqual([]);
    expect((await stat(path.join(path.dirname(python), '../complete.json'))).mtimeMs).toBe(mtimeMs);
  });

  it('begins again where an installation broke off', async () => {
    const python = await install('tiny==1.0');
    const environment = path.resolve(path.dirname(python), '..');
    await rm(path.join(environment, 'complete.json'));
    await rm(python);
    await writeFile(path.join(environment, 'half'), '');
    expect(answerOf(await install('tiny==1.0'))).toBe('42');
    expect(existsSync(path.join(environment, 'half'))).toBe(false);
  });

  it('says what to do when pip fails, and leaves nothing that looks complete', async () => {
    await expect(install('tiny==2.0')).rejects.toThrow(
      /pip.*ended with 1\. Check the network.*`--python PATH`/,
    );
    const environments = await readdir(cacheDir);
    const complete = environments.filter((name) =>
      existsSync(path.join(cacheDir, name, 'complete.json')),
    );
    expect([environments.length, complete.length]).toEqual([2, 1]);
  });

  it('says where Python is missing, before anything is written', async () => {
    const empty = path.join(folder, 'empty');
    await mkdir(empty);
    const candidates = [path.join(folder, 'no-python')];
    await expect(ensurePython({ cacheDir: empty, candidates })).rejects.toThrow(
      /Expected Python 3\.11 or later, received none out of .*no-python.*Install it.*`--python PATH`/,
    );
    expect(await readdir(empty)).toEqual([]);
  });

  it('says which Python is too old', async () => {
    const old = path.join(folder, 'old-python');
    await writeFile(old, '#!/bin/sh\necho 3.9.2\n', { mode: 0o755 });
    await expect(ensurePython({ cacheDir, candidates: [old] })).rejects.toThrow(
      `received ${old} 3.9.2`,
    );
  });
});
