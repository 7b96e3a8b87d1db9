/** Where in an image a model found what speaks for a class: a coarse grid over the whole image. */
export interface HeatMap {
  /** The class that it is about. */
  readonly classIndex: number;
  /** Cells along each side: the grid that the body's output has. */
  readonly width: number;
  readonly height: number;
  /**
   * Row by row, from 0 (nothing speaks for the class) to 1 (the most of this image). All zeros where
   * nothing in the image speaks for the class.
   */
  readonly values: readonly number[];
}
