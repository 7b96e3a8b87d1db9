import { expect, it } from 'vitest';
import { BestEpoch } from './best-epoch.js';

it('prefers the lower error rate, then the lower valid loss, then the earlier epoch', () => {
  const best = new BestEpoch();
  const judged = (errorRate: number, validLoss: number) =>
    best.improvedBy({
      validLoss,
      metrics: [{ name: 'errorRate', value: errorRate, higherIsBetter: false }],
    });
  expect([
    judged(0.3, 1),
    judged(0.2, 1.5),
    judged(0.2, 1.4),
    judged(0.2, 1.4),
    judged(0.25, 0.1),
    judged(0.1, 9),
  ]).toEqual([true, true, true, false, false, true]);
});
