import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from './augment.golden.json' with { type: 'json' };
import { drawGeometry, type GeometryDraw, toProjection } from './geometry.js';
import {
  compose,
  dihedral,
  IDENTITY,
  type Point,
  project,
  type Projection,
  rotation,
  toPixelProjection,
  warp,
  window,
  zoom,
} from './projection.js';

// Values from bench/reference/augment.py, which runs fastai.
type GoldenDraw = (typeof golden.geometry)[number]['draw'];
const toDraw = (draw: GoldenDraw): GeometryDraw => ({
  dihedral: draw.dihedral,
  degrees: draw.degrees,
  zoom: { factor: draw.factor, centre: { x: draw.zoomX, y: draw.zoomY } },
  warp: { x: draw.warpX, y: draw.warpY },
  crop: { left: draw.left, top: draw.top, width: draw.crop, height: draw.crop },
});

const GRID = [-1, -1 / 3, 1 / 3, 1];
const GRID_POINTS = GRID.flatMap((y) => GRID.map((x) => ({ x, y })));

const ranges = {
  flip: true,
  flipVertical: false,
  maxRotate: 10,
  minZoom: 1,
  maxZoom: 1.1,
  maxWarp: 0.2,
  affineShare: 0.75,
  minScale: 0.75,
};
const NEUTRAL = {
  ...ranges,
  flip: false,
  maxRotate: 0,
  maxZoom: 1,
  maxWarp: 0,
  minScale: 1,
};

function expectClose(received: readonly number[], expected: readonly number[], within = 1e-9) {
  expect(received).toHaveLength(expected.length);
  for (const [index, value] of expected.entries())
    expect(Math.abs(received[index]! - value)).toBeLessThan(within);
}

const coordinatesOf = (projection: Projection, points: readonly Point[]) =>
  points.flatMap((point) => {
    const { x, y } = project(projection, point);
    return [x, y];
  });

describe('toProjection', () => {
  it.each(golden.geometry)('takes a grid where fastai takes it: $draw', ({ draw, coordinates }) => {
    const projection = toProjection(toDraw(draw), golden.side);
    expectClose(coordinatesOf(projection, GRID_POINTS), coordinates, 1e-5);
  });

  it('is the identity for neutral draws', () => {
    const place = { seed: 1, epoch: 2, item: 3 };
    expectClose(toProjection(drawGeometry(NEUTRAL, place, 256), 256), IDENTITY);
  });
});

describe('drawGeometry', () => {
  const place = fc.record({ seed: fc.nat(), epoch: fc.nat(1000), item: fc.nat() });

  it('stays within its ranges', () => {
    fc.assert(
      fc.property(place, (at) => {
        const draw = drawGeometry({ ...ranges, minZoom: 0.9 }, at, 256);
        expect([0, 1]).toContain(draw.dihedral);
        expect(Math.abs(draw.degrees)).toBeLessThanOrEqual(10);
        expect(draw.zoom.factor).toBeGreaterThanOrEqual(0.9);
        expect(draw.zoom.factor).toBeLessThanOrEqual(1.1);
        for (const amount of [draw.warp.x, draw.warp.y])
          expect(Math.abs(amount)).toBeLessThanOrEqual(0.2);
        const { left, top, width, height } = draw.crop;
        expect(width).toBe(height);
        expect(width).toBeGreaterThanOrEqual(Math.round(256 * Math.sqrt(0.75)));
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
        expect(Math.max(left, top) + width).toBeLessThanOrEqual(256);
      }),
    );
  });

  it('is a function of seed, epoch and item', () => {
    fc.assert(
      fc.property(place, (at) => {
        const draw = drawGeometry(ranges, at, 256);
        expect(drawGeometry(ranges, { ...at }, 256)).toEqual(draw);
        expect(drawGeometry(ranges, { ...at, epoch: at.epoch + 1 }, 256)).not.toEqual(draw);
      }),
    );
  });

  it('draws one part without regard to the others', () => {
    fc.assert(
      fc.property(place, (at) => {
        const { degrees, warp: amounts } = drawGeometry(ranges, at, 256);
        const others = { ...ranges, flipVertical: true, maxZoom: 2, minScale: 0.1 };
        expect(drawGeometry(others, at, 64)).toMatchObject({ degrees, warp: amounts });
      }),
    );
  });

  const draws = Array.from({ length: 2000 }, (_, item) =>
    drawGeometry({ ...ranges, flipVertical: true }, { seed: 7, epoch: 0, item }, 256),
  );
  const shareOf = (isSo: (draw: GeometryDraw) => boolean) =>
    draws.filter(isSo).length / draws.length;

  // Of 2,000 draws, a share lies 0.06 off by chance less than once in a million times.
  it.each<[string, (draw: GeometryDraw) => boolean, number]>([
    ['rotates three quarters', ({ degrees }) => degrees !== 0, 0.75],
    ['zooms three quarters', (draw) => draw.zoom.factor !== 1, 0.75],
    ['warps three quarters along x', (draw) => draw.warp.x !== 0, 0.75],
    ['warps by both or neither where the two coins agree', isAlike, 0.75 ** 2 + 0.25 ** 2],
    ['turns right as often as left', ({ degrees }) => degrees > 0, 0.375],
    ['leaves half and an eighth of the other half upright', (d) => d.dihedral === 0, 0.5625],
    ['lays a sixteenth on a diagonal', (draw) => draw.dihedral === 7, 0.0625],
  ])('%s', (_sentence, isSo, share) => {
    expect(Math.abs(shareOf(isSo) - share)).toBeLessThan(0.06);
  });
});

function isAlike({ warp: { x, y } }: GeometryDraw): boolean {
  return (x === 0) === (y === 0);
}

describe('projections', () => {
  it('warps corners to where fastai says', () => {
    const [x, y] = [0.2, -0.13];
    const corners = [
      [-1 - y, -1 - x, -1, -1],
      [-1 + y, 1 + x, -1, 1],
      [1 + y, -1 + x, 1, -1],
      [1 - y, 1 - x, 1, 1],
    ] as const;
    for (const [fromX, fromY, toX, toY] of corners)
      expectClose(coordinatesOf(warp({ x, y }), [{ x: fromX, y: fromY }]), [toX, toY]);
  });

  it('undoes a rotation by its opposite, and a quarter turn in four', () => {
    expectClose(compose(rotation(17), rotation(-17)), IDENTITY);
    expectClose(compose(dihedral(3), dihedral(3), dihedral(3), dihedral(3)), IDENTITY);
  });

  it.each([
    ['the left top part', { x: 0, y: 0 }, [-1, -1, 0, 0]],
    ['the right bottom part', { x: 1, y: 1 }, [0, 0, 1, 1]],
    ['the middle', { x: 0.5, y: 0.5 }, [-0.5, -0.5, 0.5, 0.5]],
  ])('zooms in on %s', (_sentence, centre, ends) => {
    const corners = [
      { x: -1, y: -1 },
      { x: 1, y: 1 },
    ];
    expectClose(coordinatesOf(zoom(2, centre), corners), ends);
  });

  it('takes first and last pixels of the output to those of the image', () => {
    const pixels = toPixelProjection(IDENTITY, { from: 224, to: 256 });
    const ends = [
      { x: 0, y: 0 },
      { x: 223, y: 223 },
    ];
    expectClose(coordinatesOf(pixels, ends), [0, 0, 255, 255]);
  });

  it('stretches a window over the output', () => {
    const view = window({ x: -1, y: 0 }, { x: 0, y: 0.5 });
    const corners = [
      { x: -1, y: -1 },
      { x: 1, y: 1 },
    ];
    expectClose(coordinatesOf(view, corners), [-1, 0, 0, 0.5]);
  });
});
