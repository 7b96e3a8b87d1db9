import { describe, expect, it } from 'vitest';
import { type EarlierRun, estimateSeconds } from './estimate.js';

/** A fine-tuning of 100 pictures at 100 pixels: the head's epoch took 2 s, each of everything 5 s. */
const fineTuned: EarlierRun = {
  id: 'run_1',
  architecture: 'lite0',
  config: { imageSize: 100 },
  dataset: { id: 'ds_1', itemCount: 100 },
  phases: [phase(0, 'FIT', 0), phase(1, 'UNFREEZE', 4), phase(2, 'FIT', 4)],
  epochs: [epoch(0, 0, 2), epoch(1, 2, 5), epoch(2, 2, 5)],
};

function phase(
  index: number,
  kind: 'FIT' | 'UNFREEZE',
  firstStep: number,
): EarlierRun['phases'][number] {
  const frozen = index === 0;
  return {
    index,
    kind,
    firstStep,
    frozen,
    status: 'COMPLETED',
    title: '',
    firstEpoch: 0,
    epochCount: 1,
  };
}

function epoch(number: number, inPhase: number, seconds: number): EarlierRun['epochs'][number] {
  const metrics = { errorRate: 0.1, accuracy: 0.9 };
  return {
    epoch: number,
    phase: inPhase,
    step: 0,
    trainLoss: 1,
    validLoss: 1,
    seconds,
    best: false,
    metrics,
  };
}

describe('estimateSeconds', () => {
  const plan = {
    architecture: 'lite0',
    imageSize: 100,
    items: 100,
    frozenEpochs: 1,
    wholeEpochs: 3,
  };

  it('adds up the epochs of both kinds', () => {
    expect(estimateSeconds([fineTuned], plan)).toBeCloseTo(2 + 3 * 5);
  });

  it('grows with the pictures and with their pixels', () => {
    // Three times the pictures, four times the pixels of each.
    const larger = { ...plan, items: 300, imageSize: 200 };
    expect(estimateSeconds([fineTuned], larger)).toBeCloseTo(17 * 12);
  });

  it('knows nothing of another architecture', () => {
    expect(estimateSeconds([fineTuned], { ...plan, architecture: 'lite4' })).toBeNull();
  });

  it('knows nothing without an epoch of the kind that is wanted', () => {
    const headOnly = { ...fineTuned, epochs: fineTuned.epochs.slice(0, 1) };
    expect(estimateSeconds([headOnly], plan)).toBeNull();
    expect(estimateSeconds([headOnly], { ...plan, wholeEpochs: 0 })).toBeCloseTo(2);
  });
});
