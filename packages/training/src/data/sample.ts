/** One image of a split, as a loader needs it. */
export interface Sample {
  /** Position of the item in its dataset version. */
  readonly item: number;
  /** SHA-256 of the original's bytes, hex. */
  readonly hash: string;
  /** Path of the original. */
  readonly source: string;
  readonly classIndex: number;
}
