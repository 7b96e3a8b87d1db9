import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { uniforms } from '../../data/random.js';
import { useNativeEngine } from '../../engine/native.js';
import { tf } from '../../engine/tf.js';
import type { Tensor4D } from '../../engine/tf.js';
import golden from './augment.golden.json' with { type: 'json' };
import { hue, turnHue } from './hue.js';
import { drawFactor, drawLighting, lightLogits, toLogits } from './lighting.js';
import { eraseBox, randomErasing } from './random-erasing.js';
import { saturate, saturation } from './saturation.js';

// Draws and values of bench/reference/augment.py, which runs fastai.
const BRIGHTNESS = [0.6, 0.42, 0.5, 0.55];
const FACTORS = [1.25, 1, 0.8, 0.9];
const { inputs } = golden.colours;
const place = fc.record({ seed: fc.nat(), epoch: fc.nat(1000), item: fc.nat() });

beforeAll(async () => {
  await useNativeEngine();
});

function changed(values: readonly number[], change: (x: Tensor4D) => Tensor4D): number[] {
  return tf.tidy(() => {
    const x = tf.tensor4d([...values], [4, values.length / 12 / 2, 2, 3]);
    return [...change(x).dataSync()];
  });
}

function expectClose(received: readonly number[], expected: readonly number[]): void {
  expect(received).toHaveLength(expected.length);
  for (const [index, value] of expected.entries())
    expect(Math.abs(received[index]! - value)).toBeLessThan(2e-6);
}

const lightings = (brightness: readonly number[], contrast: readonly number[]) =>
  brightness.map((value, row) => ({ brightness: value, contrast: contrast[row]! }));
const ONES = [1, 1, 1, 1];
const HALVES = [0.5, 0.5, 0.5, 0.5];

describe('colours', () => {
  it('are lit as by fastai', () => {
    const lit = changed(inputs, (x) =>
      tf.sigmoid(lightLogits(toLogits(x), lightings(BRIGHTNESS, FACTORS))),
    );
    expectClose(lit, golden.colours.lighting);
  });

  it.each([
    { brightness: 0.6, contrast: 1, expected: 0.3913043478 },
    { brightness: 0.5, contrast: 1.25, expected: 0.2574772152 },
    { brightness: 0.6, contrast: 1.25, expected: 0.3653330568 },
  ])('of 0.3 change by the formula: %j', ({ expected, ...draw }) => {
    const grey = new Array<number>(24).fill(0.3);
    const draws = [draw, draw, draw, draw];
    const [value] = changed(grey, (x) => tf.sigmoid(lightLogits(toLogits(x), draws)));
    expect(value).toBeCloseTo(expected, 6);
  });

  it('are saturated as by fastai, together with the light', () => {
    const draws = lightings(BRIGHTNESS, ONES);
    const saturated = changed(inputs, (x) =>
      tf.sigmoid(saturate(lightLogits(toLogits(x), draws), FACTORS)),
    );
    expectClose(saturated, golden.colours.saturation);
  });

  it('turn as by fastai', () => {
    const turned = changed(inputs, (x) => turnHue(x, [0.95, 1.1, 0, 1.02]));
    expectClose(turned, golden.colours.hue);
  });

  it('stay as they are for neutral draws', () => {
    const lit = (x: Tensor4D) =>
      tf.sigmoid(saturate(lightLogits(toLogits(x), lightings(HALVES, ONES)), ONES));
    expectClose(changed(inputs, lit), inputs);
    expectClose(
      changed(inputs, (x) => turnHue(x, [0, 0, 0, 0])),
      inputs,
    );
  });
});

describe('drawLighting', () => {
  it('stays within its ranges', () => {
    fc.assert(
      fc.property(place, (at) => {
        const { brightness, contrast } = drawLighting({ maxLighting: 0.2, lightingShare: 1 }, at);
        expect(Math.abs(brightness - 0.5)).toBeLessThanOrEqual(0.1);
        expect(contrast).toBeGreaterThanOrEqual(0.8);
        expect(contrast).toBeLessThanOrEqual(1.25);
      }),
    );
  });

  it('leaves a quarter of the images alone, each way', () => {
    const draws = Array.from({ length: 2000 }, (_, item) =>
      drawLighting({ maxLighting: 0.2, lightingShare: 0.75 }, { seed: 3, epoch: 0, item }),
    );
    // 0.06 off by chance: less than once in a million times.
    const shareOf = (count: number) => Math.abs(count / draws.length - 0.25);
    expect(shareOf(draws.filter(({ brightness }) => brightness === 0.5).length)).toBeLessThan(0.06);
    expect(shareOf(draws.filter(({ contrast }) => contrast === 1).length)).toBeLessThan(0.06);
  });

  it('makes colours as often stronger as weaker', () => {
    const factors = Array.from({ length: 2000 }, (_, item) =>
      drawFactor({ seed: 3, epoch: 0, item, purpose: 'test' }, 0.2, 1),
    );
    const stronger = factors.filter((factor) => factor > 1).length;
    expect(Math.abs(stronger / factors.length - 0.5)).toBeLessThan(0.06);
  });
});

describe('extra transforms', () => {
  it.each([
    ['max', () => saturation({ max: 1 })],
    ['share', () => saturation({ share: -1 })],
    ['max', () => hue({ max: Number.NaN })],
    ['share', () => hue({ share: 2 })],
    ['share', () => randomErasing({ share: 2 })],
    ['maxArea', () => randomErasing({ maxArea: 1.5 })],
    ['minArea', () => randomErasing({ minArea: 0.4 })],
    ['minAspect', () => randomErasing({ minAspect: 0 })],
  ])('refuse `%s` outside of its range', (option, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option }));
  });
});

describe('randomErasing', () => {
  it('keeps to the image, and to the area and shape it is told', () => {
    fc.assert(
      fc.property(place, (at) => {
        const size = { width: 100, height: 100 };
        const options = { ...size, share: 1, minArea: 0.1, maxArea: 0.3, minAspect: 0.3 };
        const box = eraseBox(options, uniforms({ ...at, purpose: 'test' }))!;
        expect(box.left + box.width).toBeLessThanOrEqual(100);
        expect(box.top + box.height).toBeLessThanOrEqual(100);
        expect(box.width * box.height).toBeGreaterThan(950);
        expect(box.width * box.height).toBeLessThan(3100);
        expect(box.width / box.height).toBeGreaterThan(0.29);
        expect(box.width / box.height).toBeLessThan(3.45);
      }),
    );
  });

  it('puts normal noise there and leaves the rest', () => {
    const { apply } = randomErasing({ share: 1, minArea: 0.25, maxArea: 0.25 });
    const place = { seed: 5, epoch: 0, items: [1] };
    const erased = () =>
      tf.tidy(() => {
        const fifties = tf.tensor4d(new Float32Array(120_000).fill(50), [1, 200, 200, 3]);
        return apply(fifties, place).dataSync();
      });
    const values = [...erased()];
    const noise = values.filter((value) => value !== 50);
    expect(noise.length / values.length).toBeCloseTo(0.25, 2);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const square = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
    // 30,000 numbers: standard errors of 0.006 and 0.008.
    expect(Math.abs(mean)).toBeLessThan(0.04);
    expect(Math.abs(square - 1)).toBeLessThan(0.05);
    expect([...erased()]).toEqual(values);
  });
});
