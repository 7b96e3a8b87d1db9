interface Place {
  /** Epochs that were done. */
  readonly epoch: number;
  /** Steps that were done. */
  readonly step: number;
}

/** Where in a run a checkpoint lies, in words. */
export function checkpointName({ epoch, step }: Place): string {
  if (step === 0) return 'before the first step';
  return epoch === 0 ? `step ${step}, in epoch 1` : `step ${step}, after epoch ${epoch}`;
}
