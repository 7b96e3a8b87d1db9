import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alternate } from './alternate.js';
import type { Command } from './side-process.js';

/** Writes a line into `log` for whatever it does; its n-th round takes n times `scale`. */
const SIDE = `
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const [name, log, scale] = process.argv.slice(2);
const note = (what) => appendFileSync(log, name + ' ' + what + '\\n');
note('starts');
console.log('progress that is no message');
console.log(JSON.stringify({ versions: { [name]: '1.0' }, note: name + ' note' }));
let round = 0;
for await (const line of createInterface({ input: process.stdin })) {
  round += 1;
  note(line + ' ' + round);
  console.log(JSON.stringify({ value: round * Number(scale) }));
}
note('ends');
`;

let folder: string;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whetstone-sides-'));
  log = path.join(folder, 'log');
  await writeFile(path.join(folder, 'side.mjs'), SIDE);
});
afterEach(() => rm(folder, { recursive: true }));

const side = (name: string, scale: number): Command => ({
  name,
  argv: [process.execPath, path.join(folder, 'side.mjs'), name, log, String(scale)],
});
const node = (name: string, script: string): Command => ({
  name,
  argv: [process.execPath, '--eval', script],
});
const logged = async () => (await readFile(log, 'utf8')).trim().split('\n');

describe('alternate', () => {
  it('has the sides measure in turn, each in one process that was warm before', async () => {
    const seen: (readonly number[])[] = [];
    const sides = await alternate([side('ours', 1), side('peer', 10)], {
      rounds: 2,
      onRound: (values) => seen.push(values),
    });
    expect(sides).toEqual([
      { rounds: [{ value: 1 }, { value: 2 }], versions: { ours: '1.0' }, note: 'ours note' },
      { rounds: [{ value: 10 }, { value: 20 }], versions: { peer: '1.0' }, note: 'peer note' },
    ]);
    expect(seen).toEqual([
      [1, 10],
      [2, 20],
    ]);
    expect(await logged()).toEqual([
      'ours starts',
      'peer starts',
      'ours round 1',
      'peer round 1',
      'ours round 2',
      'peer round 2',
      'ours ends',
      'peer ends',
    ]);
  });

  it('starts a process for every round where that is wanted', async () => {
    const options = { rounds: 2, startsAfresh: true };
    const [ours] = await alternate([side('ours', 1), side('peer', 10)], options);
    expect(ours?.rounds).toEqual([{ value: 1 }, { value: 1 }]);
    const round = (name: string) => [`${name} starts`, `${name} round 1`, `${name} ends`];
    expect(await logged()).toEqual(
      [round('ours'), round('peer'), round('ours'), round('peer')].flat(),
    );
  });

  it('lets the peer go first, and tells ours what it measured, where that is wanted', async () => {
    await alternate([side('ours', 1), side('peer', 10)], { rounds: 1, followsPeer: true });
    expect((await logged()).slice(2, 4)).toEqual(['peer round 1', 'ours round {"value":10} 1']);
  });

  it.each([
    ['ends before it is warm', 'process.exit(3)', 'Expected peer to answer, but it ended with 3'],
    [
      'ends in a round',
      `console.log('{"note":"warm"}'); process.stdin.once('data', () => process.exit(4))`,
      'Expected peer to answer, but it ended with 4',
    ],
    [
      'measures no number',
      `console.log('{"note":"warm"}'); process.stdin.on('data', () => console.log('{"value":null}'))`,
      'Expected peer to measure a number above 0, received null',
    ],
  ])('fails when a side %s, and ends the others', async (_sentence, script, message) => {
    const measured = alternate([side('ours', 1), node('peer', script)], { rounds: 1 });
    await expect(measured).rejects.toThrow(message);
    expect((await logged()).at(-1)).toBe('ours ends');
  });

  it('says why a side could not be started', async () => {
    const missing = { name: 'peer', argv: [path.join(folder, 'no-python')] };
    await expect(alternate([missing], { rounds: 1 })).rejects.toThrow(
      /Expected peer to answer, but it spawn .*ENOENT/,
    );
  });
});
