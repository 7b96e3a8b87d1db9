/** A phase of a run, as far as a chart is concerned. */
export interface ChartPhase {
  readonly kind: 'LR_FIND' | 'FIT' | 'FREEZE' | 'UNFREEZE' | 'EVALUATE';
  readonly firstStep: number | null;
  /** Only the head learns. */
  readonly frozen: boolean;
}

/** A stretch of the loss curve with a name. */
export interface Segment {
  readonly name: string;
  readonly firstStep: number;
  /** A finder takes no steps: it is a mark, not a stretch. */
  readonly isMark: boolean;
  /** Only the head learns. */
  readonly isFrozen: boolean;
}

/** What was trained where: the head while the body is frozen, then everything. */
export function segmentsOf(phases: readonly ChartPhase[]): Segment[] {
  const segments: Segment[] = [];
  for (const { kind, firstStep, frozen } of phases) {
    if (firstStep === null) continue;
    if (kind === 'LR_FIND')
      segments.push({ name: 'find rate', firstStep, isMark: true, isFrozen: frozen });
    if (kind === 'FIT') {
      const name = frozen ? 'head (frozen)' : 'everything';
      segments.push({ name, firstStep, isMark: false, isFrozen: frozen });
    }
  }
  return segments;
}
