import { uniforms } from '../data/random.js';

/** A kind of thing to learn. */
export type Shape = 'circle' | 'square' | 'triangle' | 'cross' | 'ring';

/** Where a point lies, in units of the shape's radius, with the shape in the middle. */
type Inside = (x: number, y: number) => boolean;

const insideOf: Readonly<Record<Shape, Inside>> = {
  circle: (x, y) => x * x + y * y < 1,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.85,
  // Equilateral, pointing up, its corners on the circle around it.
  triangle: (x, y) => y < 0.5 && y > -1 + Math.sqrt(3) * Math.abs(x),
  cross: (x, y) =>
    Math.min(Math.abs(x), Math.abs(y)) < 0.3 && Math.max(Math.abs(x), Math.abs(y)) < 1,
  ring: (x, y) => x * x + y * y < 1 && x * x + y * y > 0.36,
};

/** Points taken along each side of a pixel, so that edges are soft. */
const SUBPIXELS = 3;
/** Largest turn to either side, in radians. */
const MAX_TURN = Math.PI / 8;

export interface DrawnShape {
  readonly shape: Shape;
  /** Pixels along each side. */
  readonly size: number;
  readonly seed: number;
  /** Which of the pictures of this shape. */
  readonly index: number;
}

/**
 * Draws one shape in a bright colour on a dark one, with colours, place, size, turn and noise drawn
 * from the seed: `size * size` times red, green, blue. Nothing but the outline tells the classes apart.
 */
export function drawShape({ shape, size, seed, index }: DrawnShape): Uint8Array {
  const random = uniforms({ seed, purpose: `shape ${shape}`, item: index });
  const between = (low: number, high: number) => low + random() * (high - low);
  const background = [between(0, 90), between(0, 90), between(0, 90)];
  const foreground = [between(130, 255), between(130, 255), between(130, 255)];
  const radius = between(0.25, 0.42) * size;
  const centreX = between(radius, size - radius);
  const centreY = between(radius, size - radius);
  const turn = between(-MAX_TURN, MAX_TURN);
  const inside = insideOf[shape];

  const pixels = new Uint8Array(size * size * 3);
  for (let pixel = 0; pixel < size * size; pixel += 1) {
    const coverage = coverageOf((x, y) => {
      const fromX = ((pixel % size) + x - centreX) / radius;
      const fromY = (Math.floor(pixel / size) + y - centreY) / radius;
      return inside(
        fromX * Math.cos(turn) + fromY * Math.sin(turn),
        fromY * Math.cos(turn) - fromX * Math.sin(turn),
      );
    });
    for (let channel = 0; channel < 3; channel += 1) {
      const colour =
        background[channel]! + coverage * (foreground[channel]! - background[channel]!);
      pixels[pixel * 3 + channel] = Math.min(255, Math.max(0, colour + between(-10, 10)));
    }
  }
  return pixels;
}

/** The share of a pixel's points that lie inside. */
function coverageOf(inside: Inside): number {
  let hits = 0;
  for (let row = 0; row < SUBPIXELS; row += 1) {
    for (let column = 0; column < SUBPIXELS; column += 1) {
      hits += Number(inside((column + 0.5) / SUBPIXELS, (row + 0.5) / SUBPIXELS));
    }
  }
  return hits / SUBPIXELS ** 2;
}
