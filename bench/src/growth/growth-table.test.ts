import { describe, expect, it } from 'vitest';
import { growthTable } from './growth-table.js';

describe('the table of growth', () => {
  it('has a line for each number of images, by image where it is time or disk', () => {
    const lines = growthTable([
      {
        images: 2000,
        seconds: { import: 4, firstEpoch: 3, keptEpoch: 1 },
        memory: { serverAfterImport: 2e8, server: 3e8, trainer: 9e8 },
        disk: { copies: 4e6, features: 2e7, rest: 1e6 },
      },
    ]).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe('| 2,000 | 2000 | 1500 | 500 | 200 | 300 | 900 | 2.0 | 10.0 | 0.5 |');
  });
});
