import { beforeAll, describe, expect, it } from 'vitest';
import { useNativeEngine } from '../../engine/native.js';
import { tf } from '../../engine/tf.js';
import type { Tensor4D } from '../../engine/tf.js';
import golden from './augment.golden.json' with { type: 'json' };
import { type GeometryDraw, toProjection } from './geometry.js';
import {
  compose,
  IDENTITY,
  project,
  type Projection,
  rotation,
  window,
  zoom,
} from './projection.js';
import { sampleMoved } from './sample-moved.js';
import { areaWeights, sampleProjected, shrinkTo } from './sample-projected.js';

const { side: SIDE, size: SIZE } = golden;

beforeAll(async () => {
  await useNativeEngine();
});

/** The waves of bench/reference/augment.py: at most 8 of 255 a pixel along each axis. */
const WAVES = Array.from({ length: SIDE * SIDE * 3 }, (_, index) => {
  const c = index % 3;
  const x = Math.floor(index / 3) % SIDE;
  const y = Math.floor(index / 3 / SIDE);
  return 127.5 + 40 * Math.sin(0.15 * x + c) + 40 * Math.cos(0.2 * y + 0.1 * x + 2 * c);
});

const greenOf = (projection: Projection, size: number): number[] =>
  greenAfter((images) => sampleProjected(images, [projection], size));

const greenAfter = (sample: (images: Tensor4D) => Tensor4D): number[] =>
  tf.tidy(() => {
    const sampled = sample(tf.tensor4d(WAVES, [1, SIDE, SIDE, 3]));
    return [...sampled.dataSync()].filter((_, index) => index % 3 === 1);
  });

type GoldenDraw = (typeof golden.geometry)[number]['draw'];

const toDraw = ({ left, top, crop, factor, ...draw }: GoldenDraw): GeometryDraw => ({
  ...draw,
  zoom: { factor, centre: { x: draw.zoomX, y: draw.zoomY } },
  warp: { x: draw.warpX, y: draw.warpY },
  crop: { left, top, width: crop, height: crop },
});

/** Whether each pixel of the output comes from within the image. */
function isInside(projection: Projection, size: number, reach = 1): boolean[] {
  return Array.from({ length: size * size }, (_, index) => {
    const place = (pixel: number) => (2 * pixel) / (size - 1) - 1;
    const point = { x: place(index % size), y: place(Math.floor(index / size)) };
    const { x, y } = project(projection, point);
    return Math.max(Math.abs(x), Math.abs(y)) < reach;
  });
}

describe('sampleProjected', () => {
  const cases = golden.geometry.map(({ draw, green }) => {
    return { draw, green, projection: toProjection(toDraw(draw), SIDE) };
  });

  it.each(cases)('gives the pixels of fastai inside the image: $draw', ({ green, projection }) => {
    const received = greenOf(projection, SIZE);
    const inside = isInside(projection, SIZE);
    expect(inside.filter(Boolean).length).toBeGreaterThan(SIZE * SIZE * 0.5);
    for (const [index, value] of green.entries()) {
      // Beyond the edge ours lies one pixel further on, along each axis: 8 of 255 each.
      const tolerance = inside[index] ? 0.02 : 16;
      expect(Math.abs(received[index]! - value)).toBeLessThan(tolerance);
    }
  });

  it('crops in the same sampling as fastai does in a second one', () => {
    const { left, top, crop, green } = golden.cropStep;
    const place = (pixel: number) => (2 * pixel) / (SIDE - 1) - 1;
    const from = { x: place(left), y: place(top) };
    const to = { x: place(left + crop - 1), y: place(top + crop - 1) };
    const received = greenOf(window(from, to), SIZE);
    for (const [index, value] of green.entries())
      expect(Math.abs(received[index]! - value)).toBeLessThan(0.02);
  });

  it('averages areas before it shrinks to less than half, as fastai does', () => {
    const { size, degrees, green } = golden.shrunk;
    const projection = rotation(degrees);
    const received = greenOf(projection, size);
    const inside = isInside(projection, size);
    for (const [index, value] of green.entries())
      expect(Math.abs(received[index]! - value)).toBeLessThan(inside[index] ? 0.02 : 22);
  });

  it.each(golden.twoSteps)(
    'crops in a second one where it is told so: $draw',
    ({ draw, green }) => {
      const geometry = toDraw(draw);
      const received = greenAfter((images) =>
        sampleMoved(images, [geometry], { size: SIZE, cropsApart: true }),
      );
      const inside = isInside(toProjection(geometry, SIDE), SIZE, 1 - 4 / (SIDE - 1));
      expect(inside.filter(Boolean).length).toBeGreaterThan(SIZE * SIZE * 0.3);
      for (const [index, value] of green.entries())
        expect(Math.abs(received[index]! - value)).toBeLessThan(inside[index] ? 0.02 : 16);
      const inOne = greenOf(toProjection(geometry, SIDE), SIZE);
      const isBlurredTwice = draw.degrees !== 0 && draw.crop < SIDE;
      expect(inOne.some((value, index) => Math.abs(value - received[index]!) > 0.1)).toBe(
        isBlurredTwice,
      );
    },
  );

  it('gives each image its own map', () => {
    const blacker = (images: Tensor4D) => tf.sum(images, [1, 2, 3]).dataSync();
    tf.tidy(() => {
      const steps = Array.from({ length: 64 * 2 }, (_, index) => (index % 8 < 4 ? 0 : 1));
      const images = tf.tensor4d(steps, [2, 8, 8, 1]);
      const halves = [zoom(4, { x: 0, y: 0 }), zoom(4, { x: 1, y: 0 })];
      expect([...blacker(sampleProjected(images, halves, 8))]).toEqual([0, 64]);
    });
  });
});

describe('shrinkTo', () => {
  it('takes the mean of what each pixel covers', () => {
    // torch: adaptive_avg_pool1d of 0 1 2 3 4 to 3 has 0.5, 2, 3.5.
    expect(areaWeights(5, 3)).toEqual([
      [0.5, 0.5, 0, 0, 0],
      [0, 1 / 3, 1 / 3, 1 / 3, 0],
      [0, 0, 0, 0.5, 0.5],
    ]);
    tf.tidy(() => {
      const columns = tf.tensor4d(
        Array.from({ length: 25 }, (_, index) => index % 5),
        [1, 5, 5, 1],
      );
      const row = [0.5, 2, 3.5];
      const shrunk = [...shrinkTo(columns, 3).dataSync()];
      for (const [index, value] of [...row, ...row, ...row].entries())
        expect(shrunk[index]).toBeCloseTo(value, 5);
    });
  });
});

// Chapter 5 of the fast.ai book: images are read larger than needed and all that moves pixels is
// interpolated once, because every interpolation blurs.
describe('presizing', () => {
  const source = 192;
  const size = 128;
  const crop = window({ x: -0.8, y: -0.75 }, { x: 0.75, y: 0.8 });
  const steps = [crop, rotation(8), zoom(1.08, { x: 0.4, y: 0.6 })];

  /** Stripes along both axes, of about 7 pixels of the source each. */
  const pattern = ({ x, y }: { x: number; y: number }) =>
    Math.sin(85 * x + 10 * y) * Math.cos(80 * y - 12 * x);
  const draw = (projection: Projection, side: number) =>
    Array.from({ length: side * side }, (_, index) => {
      const place = (pixel: number) => (2 * pixel) / (side - 1) - 1;
      return pattern(
        project(projection, { x: place(index % side), y: place(Math.floor(index / side)) }),
      );
    });

  /** Ends of the middle half along both axes, which no mirrored pixel reaches. */
  const middle = (values: readonly number[]) =>
    values.filter((_, index) => {
      const inHalf = (pixel: number) => pixel >= size / 4 && pixel < (3 * size) / 4;
      return inHalf(index % size) && inHalf(Math.floor(index / size));
    });
  const energy = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value * value, 0) / values.length;

  function compareWithTruth(received: readonly number[]) {
    const truth = middle(draw(compose(...steps), size));
    const ours = middle(received);
    const error = energy(ours.map((value, index) => value - truth[index]!));
    return { psnr: 10 * Math.log10(4 / error), stripes: energy(ours) / energy(truth) };
  }

  it('loses less in one interpolation than in one a step', () => {
    const { once, stepwise } = tf.tidy(() => {
      const image = tf.tensor4d(draw(IDENTITY, source), [1, source, source, 1]);
      const inSteps = steps.reduce((x, step) => sampleProjected(x, [step], size), image);
      const atOnce = sampleProjected(image, [compose(...steps)], size);
      return {
        once: compareWithTruth([...atOnce.dataSync()]),
        stepwise: compareWithTruth([...inSteps.dataSync()]),
      };
    });
    // At once: 30 dB, and 78 % of the energy of the stripes is left. Stepwise: 20 dB and 40 %.
    expect(once.psnr).toBeGreaterThan(stepwise.psnr + 6);
    expect(once.stripes).toBeGreaterThan(1.5 * stepwise.stripes);
  });
});
