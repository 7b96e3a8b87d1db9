/** How far a share that was measured on a few pictures can be trusted. */
export interface Trust {
  /** What one picture changes. */
  readonly onePicture: number;
  /** One standard error of the share; null where it was measured as 0 or 1, which leaves none to compute. */
  readonly standardError: number | null;
  /** For a share of 0: what the true one may still be (the rule of three). */
  readonly mayStillBe: number | null;
}

/** What `share`, measured on `count` pictures, is worth. */
export function trustIn(share: number, count: number): Trust {
  const isEdge = share <= 0 || share >= 1;
  return {
    onePicture: 1 / count,
    standardError: isEdge ? null : Math.sqrt((share * (1 - share)) / count),
    mayStillBe: share <= 0 ? Math.min(1, 3 / count) : null,
  };
}
