import { describe, expect, it } from 'vitest';
import { type Row, storyTable } from './chapter-five-table.js';

const row = (side: Row['side'], seed: number, errorRate: number): Row => ({
  side,
  seed,
  story: 'recipe',
  architecture: 'tf_efficientnet_lite0',
  imageSize: 128,
  stages: [
    {
      stage: 'head',
      learningRate: 1e-3,
      epochs: [
        { trainLoss: 2, validLoss: 2, errorRate: 0.9 },
        { trainLoss: 1, validLoss: 1, errorRate },
      ],
      seconds: 1,
    },
  ],
});

describe('storyTable', () => {
  it('compares the last epochs on the splits that both sides have', () => {
    // Differences -0.1 and 0: mean -0.05, deviation 0.0707, standard error 0.05.
    const table = storyTable([
      row('whetstone', 1, 0.2),
      row('whetstone', 2, 0.4),
      row('whetstone', 3, 0.9),
      row('fastai', 1, 0.3),
      row('fastai', 2, 0.4),
    ]);
    expect(table).toContain('| 2 | 0.300 ± 0.141 | 0.350 ± 0.071 | -0.050, standard error 0.050 |');
  });

  it('leaves open what was measured on one split or none', () => {
    const table = storyTable([row('whetstone', 1, 0.2), row('fastai', 1, 0.2)]);
    expect(table).toMatch(/the head alone.*\| 1 \| \| \| \|/);
    expect(table).not.toContain('NaN');
  });
});
