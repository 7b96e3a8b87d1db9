/** A decoded image: pixels row by row, three bytes each: red, green, blue. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}
