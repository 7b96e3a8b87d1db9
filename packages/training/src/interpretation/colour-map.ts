/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [number, number, number];

/** Cividis at every sixteenth of its length. */
const CIVIDIS: readonly Colour[] = [
  [0, 34, 77],
  [0, 45, 105],
  [26, 56, 111],
  [49, 67, 108],
  [67, 78, 107],
  [82, 89, 108],
  [97, 100, 111],
  [110, 112, 115],
  [124, 123, 120],
  [139, 135, 120],
  [155, 147, 118],
  [171, 160, 114],
  [187, 173, 108],
  [204, 187, 99],
  [222, 201, 87],
  [239, 216, 70],
  [253, 231, 55],
];

/**
 * The colour of a value from 0 (dark blue) to 1 (yellow): cividis, which looks alike and evenly
 * spaced with and without colour blindness, and in grey (Nuñez, Anderton and Renslow, 2018).
 * Values outside take the colour of the nearer end, NaN that of 0.
 */
export function heatColour(value: number): Colour {
  const place = Math.min(Math.max(Number.isNaN(value) ? 0 : value, 0), 1) * (CIVIDIS.length - 1);
  const index = Math.min(Math.floor(place), CIVIDIS.length - 2);
  const share = place - index;
  const [low, high] = [CIVIDIS[index]!, CIVIDIS[index + 1]!];
  const between = (channel: 0 | 1 | 2) =>
    Math.round(low[channel] + share * (high[channel] - low[channel]));
  return [between(0), between(1), between(2)];
}
