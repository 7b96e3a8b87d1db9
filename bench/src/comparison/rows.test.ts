import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Inputs } from './row.js';
import { findRow, rows } from './rows.js';
import { sideCommands } from './side-commands.js';

const INPUTS: Inputs = { threads: 2, scratch: '/scratch', photos: null, weightsFile: '/w' };

describe('rows', () => {
  it('have ids of their own', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it('have peers whose scripts are there', () => {
    const scripts = rows.flatMap(({ peers }) =>
      peers.flatMap((peer) => ('script' in peer ? [peer.script] : [])),
    );
    const there = (script: string) =>
      existsSync(new URL(`../../reference/${script}`, import.meta.url));
    expect(scripts.filter((script) => !there(script))).toEqual([]);
  });

  it.each(rows)('have a stretch beyond the bar: $id', ({ peers }) => {
    for (const { bar, stretch } of peers) expect(stretch ?? Infinity).toBeGreaterThan(bar ?? 0);
  });
});

describe('findRow', () => {
  it('says which there are', () => {
    expect(() => findRow('stride')).toThrow(
      /^Expected a row out of time-to-error, .*received stride$/,
    );
  });
});

describe('sideCommands', () => {
  it('starts ours first, in the environment of a training process, and peers in Python as they are', () => {
    const [ours, fastai, channelsLast] = sideCommands(findRow('step-lite0'), INPUTS, '/bin/py');
    expect(ours?.argv.slice(-3)).toEqual(['step-lite0', 'ours', JSON.stringify(INPUTS)]);
    expect(ours?.env).toHaveProperty('MALLOC_TRIM_THRESHOLD_');
    expect([fastai?.argv[0], fastai?.env]).toEqual(['/bin/py', undefined]);
    expect(fastai?.argv.slice(2)).toEqual([
      JSON.stringify(INPUTS),
      'tf_efficientnet_lite0',
      'default',
    ]);
    expect(channelsLast?.argv.at(-1)).toBe('channels-last');
  });

  it('starts a peer on Node by its number', () => {
    const [, sharp] = sideCommands(findRow('import'), INPUTS, '');
    expect(sharp?.argv.slice(-3, -1)).toEqual(['import', '0']);
  });
});
