import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimum } from './suggest-minimum.js';
import { slide } from './suggest-slide.js';
import { steep } from './suggest-steep.js';
import { longestValley, valley } from './suggest-valley.js';
import { suggestLearningRates } from './suggest.js';

const STEPS = 100;
/** The finder's own rates, from 1e-7 towards 10. */
const allRates = Array.from({ length: STEPS }, (_, index) => 1e-7 * 1e8 ** (index / STEPS));
const rates = allRates.slice(10, -5);

const onRates = (curve: (logRate: number) => number) =>
  allRates.map((rate) => curve(Math.log10(rate)));
/** Two curves with a valley. Values below were computed from fastai's rules with numpy. */
const curveA = onRates((x) => 4 - 3.2 / (1 + Math.exp(-2.2 * (x + 3))) + Math.exp(3 * (x + 0.2)));
const curveB = onRates((x) => 4 - 3 / (1 + Math.exp(-4 * (x + 2))) + Math.exp(4 * (x - 0.3)));
const a = curveA.slice(10, -5);
const b = curveB.slice(10, -5);

describe('the four rules, on the points that fastai gives them', () => {
  it('are tried on the curves they were computed for', () => {
    const points = (losses: readonly number[]) => [0, 40, 60, 84].map((index) => losses[index]);
    for (const [losses, expected] of [
      [a, [3.997198864, 2.400224867, 0.919318909, 9.472523729]],
      [b, [3.999999848, 3.946043221, 1.250631865, 3.411025429]],
    ] as const) {
      for (const [index, value] of points(losses).entries())
        expect(value).toBeCloseTo(expected[index]!, 8);
    }
  });

  it.each([
    ['valley of curve A', valley, a, 1.584893192e-4, 30],
    ['minimum of curve A', minimum, a, 5.754399373e-3, 62],
    ['steepest part of curve A', steep, a, 8.317637711e-4, 39],
    ['slide of curve A, which runs off its start', slide, a, 6.309573445e-7, 0],
    ['valley of curve B', valley, b, 2.754228703e-4, 33],
    ['minimum of curve B', minimum, b, 2.089296131e-2, 69],
    ['steepest part of curve B', steep, b, 9.120108394e-3, 52],
    ['slide of curve B', slide, b, 3.01995172e-3, 46],
  ] as const)('%s', (...row) => {
    const [, rule, losses, rate, index] = row;
    const pick = rule(rates, losses);
    expect(pick!.learningRate / rate).toBeCloseTo(1, 8);
    expect(pick!.index).toBe(index);
  });

  it('find the ends of the valleys', () => {
    expect(longestValley(a)).toEqual({ start: -1, end: 62 });
    expect(longestValley(b).end).toBe(69);
  });

  it.each([
    ['a strictly falling line', (index: number) => 1 - index / 100, 85, 41],
    ['a constant', () => 2, 85, 0],
    ['a rising line', (index: number) => index, 85, 0],
    ['two falling points, as Python counts -1', (index: number) => -index, 2, 1],
  ])('valley answers for %s', (...row) => {
    const [, curve, length, index] = row;
    const losses = Array.from({ length }, (_, point) => curve(point));
    expect(valley(rates.slice(0, length), losses)).toEqual({
      learningRate: rates[index],
      index,
    });
  });

  it('have no answer where fastai throws', () => {
    expect([valley([], []), minimum([], []), steep([1], [1]), slide([], [])]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(slide(rates.slice(0, 15), b.slice(0, 15))).toBeNull();
    expect(slide(rates.slice(0, 16), b.slice(0, 16))).not.toBeNull();
  });
});

describe('suggestLearningRates', () => {
  const suggest = (smoothedLosses: readonly number[], steps = STEPS) =>
    suggestLearningRates({
      learningRates: allRates.slice(0, smoothedLosses.length),
      smoothedLosses,
      steps,
    });
  const rateOf = (losses: readonly number[]) =>
    suggest(losses).map(({ learningRate }) => learningRate);

  it('answers with all four methods, and counts points from the first one recorded', () => {
    const suggestions = suggest(curveB);
    expect(suggestions.map(({ method }) => method)).toEqual([
      'valley',
      'steep',
      'minimum',
      'slide',
    ]);
    expect(suggestions.map(({ index }) => index)).toEqual([43, 62, 79, 56]);
    const [valleyRate, steepRate, minimumRate, slideRate] = rateOf(curveB);
    expect(allRates[43]).toBe(valleyRate);
    expect(allRates[62]).toBe(steepRate);
    expect(allRates[79]! / 10).toBe(minimumRate);
    expect(slideRate! / 3.01995172e-3).toBeCloseTo(1, 8);
  });

  it('says why slide has no answer where it runs off the start', () => {
    const { method, learningRate, index, note } = suggest(curveA).at(-1)!;
    expect({ method, learningRate, index }).toEqual({
      method: 'slide',
      learningRate: null,
      index: null,
    });
    expect(note).toContain('ran off its start');
  });

  it.each([
    ['nothing was recorded', [], 'Add images, or use smaller batches'],
    [
      'the loss diverged within fifteen points',
      curveA.slice(0, 15),
      'Only 0 of 15 points can be read because the loss diverged early',
    ],
    [
      'the loss was never a number',
      new Array<number>(100).fill(NaN),
      'not a number from the first',
    ],
    [
      'the loss was soon not a number',
      curveA.map((loss, index) => (index < 8 ? loss : NaN)),
      'Only 0 of 100 points can be read',
    ],
  ])('has four reasons instead of answers when %s', (_sentence, losses, reason) => {
    const suggestions = suggest(losses);
    expect(suggestions.map(({ learningRate }) => learningRate)).toEqual([null, null, null, null]);
    for (const { note } of suggestions) expect(note).toContain(reason);
  });

  it.each([1, 2, 5, 6])('has four reasons instead of answers after %d steps', (steps) => {
    for (const { learningRate, note } of suggest(curveB.slice(40, 40 + steps), steps)) {
      expect(learningRate).toBeNull();
      expect(note).toContain('Take more steps');
    }
  });

  it('does not take rounding for a fall', () => {
    const still = allRates.map((_, index) => 1 - (index % 7) * Number.EPSILON);
    expect(rateOf(still).slice(0, 3)).toEqual([null, null, null]);
  });

  it('answers for a curve below zero as for the same one above', () => {
    const below = curveB.map((loss) => loss - 10);
    const picks = suggest(below).map(({ method, index }) => ({ method, index }));
    expect(picks).toEqual(suggest(curveB).map(({ method, index }) => ({ method, index })));
    expect(suggest(below)[0]!.note).not.toContain('hardly falls');
  });

  it('has no answer on a curve that never falls', () => {
    const rising = allRates.map((_, index) => 1 + index / 100);
    expect(rateOf(rising).slice(0, 3)).toEqual([null, null, null]);
    expect(rateOf(allRates.map(() => 1)).slice(0, 3)).toEqual([null, null, null]);
  });

  it('reads the points before the first NaN, whether or not the finder went on after it', () => {
    const wentOn = curveB.map((loss, index) => (index < 80 ? loss : NaN));
    expect(suggest(wentOn.slice(0, 81))).toEqual(suggest(wentOn));
    const [valleyPick] = suggest(wentOn);
    expect(valleyPick!.learningRate).toBe(
      valley(allRates.slice(10, 80), curveB.slice(10, 80))!.learningRate,
    );
  });

  it('warns of a curve that hardly falls', () => {
    const flat = curveB.map((loss) => 4 + loss / 1000);
    expect(suggest(flat)[0]!.note).toContain('hardly falls');
    expect(suggest(curveB)[0]!.note).not.toContain('hardly falls');
  });

  it('never throws, and only suggests positive rates and points that exist', () => {
    const losses = fc.array(fc.oneof(fc.double(), fc.constant(NaN), fc.constant(Infinity)), {
      maxLength: 100,
    });
    fc.assert(
      fc.property(losses, fc.integer({ min: 1, max: 120 }), (values, steps) => {
        for (const { learningRate, index, note } of suggest(values, steps)) {
          expect(note).not.toBe('');
          expect(index === null).toBe(learningRate === null);
          if (learningRate !== null) expect(learningRate).toBeGreaterThan(0);
          if (index !== null) expect(values[index]).toBeDefined();
        }
      }),
    );
  });
});
