import { expect, it } from 'vitest';
import { LossSmoother } from './smoothing.js';

/** Losses and what fastai's AvgSmoothLoss makes of them. */
const losses = [4, 3, 2, 10];
const smoothed = [4, 3.4949494949, 2.9865324446, 4.7933858066];

it('smooths as fastai does', () => {
  const smoother = new LossSmoother();
  for (const [index, loss] of losses.entries())
    expect(smoother.add(loss)).toBeCloseTo(smoothed[index]!, 9);
});

it('goes on where a restored state was taken', () => {
  const whole = new LossSmoother();
  for (const loss of losses) whole.add(loss);

  const first = new LossSmoother();
  for (const loss of losses.slice(0, 2)) first.add(loss);
  const second = new LossSmoother();
  second.restore(first.state());
  for (const loss of losses.slice(2)) second.add(loss);
  expect(second.value).toBe(whole.value);
});
