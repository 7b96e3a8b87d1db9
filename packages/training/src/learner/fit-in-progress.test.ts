import { describe, expect, it } from 'vitest';
import { FitInProgress } from './fit-in-progress.js';
import type { FitAdjustment } from './fit-options.js';

/** Epochs of so many batches. */
const LENGTH = 4;

/** Shares of the schedule and rates, batch by batch, of a fit that is adjusted at a step. */
function planOf(total: number, at = -1, adjustment?: FitAdjustment) {
  const shares: number[] = [];
  const rates: number[] = [];
  const fit = new FitInProgress(total, {
    schedule: (share) => {
      shares.push(share);
      return { learningRates: [0.1, 1], momentum: 0.9, weightDecay: 0 };
    },
    adjust: (step) => (step === at ? adjustment : undefined),
  });
  for (let step = 0; !fit.isDone; step += 1) {
    const { learningRates } = fit.hyperParameters(step, LENGTH);
    rates.push(learningRates.at(-1)!);
    expect(learningRates[0]).toBeCloseTo(learningRates[1]! / 10, 12);
    fit.batchDone();
    if (fit.batches === LENGTH) fit.epochDone();
  }
  return { shares, rates };
}

describe('a fit under way', () => {
  it('goes through its schedule evenly', () => {
    expect(planOf(2).shares).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((batch) => batch / 8));
  });

  it('spreads what is left of the schedule over fewer epochs', () => {
    // Of four epochs a sixteenth is done, and seven batches are left instead of fifteen.
    const { shares } = planOf(4, 1, { epochsToGo: 2 });
    const left = [0, 1, 2, 3, 4, 5, 6].map((batch) => 1 / 16 + (batch / 7) * (15 / 16));
    expect(shares).toHaveLength(8);
    for (const [index, share] of [0, ...left].entries())
      expect(shares[index]).toBeCloseTo(share, 12);
  });

  it('spreads it over more epochs', () => {
    const { shares } = planOf(1, 2, { epochsToGo: 3 });
    expect(shares).toHaveLength(12);
    expect(shares[2]).toBe(0.5);
    expect(shares[11]).toBeCloseTo(0.5 + (9 / 10) * 0.5, 12);
  });

  it('multiplies every planned rate from the batch on, and leaves the plan as it is', () => {
    const { shares, rates } = planOf(2, 3, { learningRateFactor: 0.5 });
    expect(rates).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5]);
    for (const [batch, share] of shares.entries()) expect(share).toBeCloseTo(batch / 8, 12);
  });
});
