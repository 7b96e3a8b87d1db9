import { describe, expect, it, vi } from 'vitest';
import { appendBatches, type BatchMetrics, LossSeries } from './loss-series.js';

/** A message with the batches of some steps; the loss of a step is its number. */
function message(steps: readonly number[], rest: Partial<BatchMetrics> = {}): BatchMetrics {
  return {
    steps,
    epochs: steps.map((step) => Math.floor(step / 10)),
    losses: steps,
    smoothedLosses: steps,
    learningRates: steps.map(() => 1e-3),
    momentums: steps.map(() => 0.9),
    rewoundTo: null,
    ...rest,
  };
}

function fold(...messages: readonly BatchMetrics[]): LossSeries {
  const series = new LossSeries();
  for (const each of messages) appendBatches(series, each);
  return series;
}

const stepsOf = (series: LossSeries) => [...series.column('steps')];

describe('appendBatches', () => {
  it('keeps the batches of all messages in order', () => {
    expect(stepsOf(fold(message([0, 1, 2]), message([3, 4])))).toEqual([0, 1, 2, 3, 4]);
  });

  it('drops steps that are sent again after a reconnect', () => {
    expect(stepsOf(fold(message([0, 1, 2]), message([1, 2, 3])))).toEqual([0, 1, 2, 3]);
  });

  it('gives the same series however a replay cuts the messages', () => {
    const whole = fold(message([0, 1, 2, 3, 4, 5]));
    const replayed = fold(message([0, 1]), message([0, 1, 2, 3]), message([2]), message([3, 4, 5]));
    expect(stepsOf(replayed)).toEqual(stepsOf(whole));
    expect([...replayed.column('losses')]).toEqual([...whole.column('losses')]);
  });

  it('drops what no longer counts after a rewind, and adds what is computed again', () => {
    const series = fold(message([0, 1, 2, 3]), message([2, 3], { rewoundTo: 2, losses: [20, 30] }));
    expect(stepsOf(series)).toEqual([0, 1, 2, 3]);
    expect([...series.column('losses')]).toEqual([0, 1, 20, 30]);
  });

  it('keeps losses that are not finite as they are', () => {
    const series = fold(message([0, 1, 2], { losses: ['NaN', 'Infinity', 0.5] }));
    expect([...series.column('losses')]).toEqual([NaN, Infinity, 0.5]);
  });

  it('grows beyond its first room without losing anything', () => {
    const steps = Array.from({ length: 5000 }, (_, step) => step);
    const series = fold(...steps.map((step) => message([step])));
    expect(stepsOf(series)).toEqual(steps);
  });
});

describe('LossSeries', () => {
  it('says -1 for the last step while it is empty', () => {
    expect(new LossSeries().lastStep).toBe(-1);
  });

  it('finds the first row at or after a step', () => {
    const series = fold(message([0, 1, 5, 9]));
    expect([0, 2, 5, 10].map((step) => series.indexOf(step))).toEqual([0, 2, 2, 4]);
  });

  it('calls back when something was added, and only then', () => {
    const series = new LossSeries();
    const listener = vi.fn();
    const forget = series.onChange(listener);
    appendBatches(series, message([0, 1]));
    appendBatches(series, message([0, 1]));
    expect(listener).toHaveBeenCalledTimes(1);
    forget();
    appendBatches(series, message([2]));
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
