/**
 * A projective map of the plane: nine numbers, row by row. Coordinates run from -1 at the centre of
 * a square image's first pixel to 1 at the centre of its last, x to the right and y down. A map
 * says for each place of the output where in the image its colour comes from.
 */
export type Projection = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** A place or a pair of amounts, along both axes. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const IDENTITY: Projection = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** The one map that does what all these do, the last one first. */
export function compose(...projections: readonly Projection[]): Projection {
  return projections.reduce(multiply, IDENTITY);
}

/** Where a map takes a point. */
export function project([a, b, c, d, e, f, g, h, i]: Projection, { x, y }: Point): Point {
  const k = g * x + h * y + i;
  return { x: (a * x + b * y + c) / k, y: (d * x + e * y + f) / k };
}

const DIHEDRALS: readonly Projection[] = [
  IDENTITY,
  [-1, 0, 0, 0, 1, 0, 0, 0, 1],
  [1, 0, 0, 0, -1, 0, 0, 0, 1],
  [0, -1, 0, 1, 0, 0, 0, 0, 1],
  [-1, 0, 0, 0, -1, 0, 0, 0, 1],
  [0, 1, 0, -1, 0, 0, 0, 0, 1],
  [0, 1, 0, 1, 0, 0, 0, 0, 1],
  [0, -1, 0, -1, 0, 0, 0, 0, 1],
];

/**
 * One of the eight ways to lay down a square: as it is (0), left and right exchanged (1), upside
 * down (2), by quarter turns (3, 4, 5), and mirrored about its diagonals (6, 7).
 */
export function dihedral(index: number): Projection {
  return DIHEDRALS[index] ?? IDENTITY;
}

/** A turn about the centre. */
export function rotation(degrees: number): Projection {
  const angle = (degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return [cosine, sine, 0, -sine, cosine, 0, 0, 0, 1];
}

/** Magnifies by `factor`. `centre` says which part stays in view: 0 the left or top one, 1 the other. */
export function zoom(factor: number, centre: Point): Projection {
  const share = 1 / factor;
  const reach = 1 - share;
  return scaling(
    { x: share, y: share },
    { x: reach * (2 * centre.x - 1), y: reach * (2 * centre.y - 1) },
  );
}

/**
 * Looks at the image from the side. The corners (x, y) of the unit square are seen where
 * (x - amount.y x y, y - amount.x x y) was: as fastai's `Warp`, whose eight linear equations have
 * this solution.
 */
export function warp({ x, y }: Point): Projection {
  const [xx, yy] = [x * x, y * y];
  const rest = 1 - xx - yy;
  const toX = -x * (1 - xx + yy);
  const toY = -y * (1 + xx - yy);
  return [rest, 2 * x * y, toX, 2 * x * y, rest, toY, toX, toY, rest];
}

/** The part of the image from `from` to `to`, stretched over the whole output. */
export function window(from: Point, to: Point): Projection {
  return scaling(
    { x: (to.x - from.x) / 2, y: (to.y - from.y) / 2 },
    { x: (to.x + from.x) / 2, y: (to.y + from.y) / 2 },
  );
}

/** The same map between pixels: from those of a square output to those of a square image. */
export function toPixelProjection(
  projection: Projection,
  { from, to }: { readonly from: number; readonly to: number },
): Projection {
  const half = { x: (to - 1) / 2, y: (to - 1) / 2 };
  const step = { x: 2 / (from - 1), y: 2 / (from - 1) };
  return compose(scaling(half, half), projection, scaling(step, { x: -1, y: -1 }));
}

const scaling = (factor: Point, shift: Point): Projection => [
  factor.x,
  0,
  shift.x,
  0,
  factor.y,
  shift.y,
  0,
  0,
  1,
];

function multiply(left: Projection, right: Projection): Projection {
  const at = (row: number, column: number) =>
    left[3 * row]! * right[column]! +
    left[3 * row + 1]! * right[3 + column]! +
    left[3 * row + 2]! * right[6 + column]!;
  return [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)];
}
