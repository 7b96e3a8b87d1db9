import type { LearningRateSpec, Phase } from '@whetstone/training';

/** What a phase does, in words for people. */
export function phaseTitle(phase: Phase): string {
  switch (phase.kind) {
    case 'lr-find':
      return 'Find a learning rate';
    case 'fit':
      return `Train ${phase.epochs} ${phase.epochs === 1 ? 'epoch' : 'epochs'} at ${ratesTitle(phase.learningRate)}`;
    case 'freeze':
      return phase.upTo === -1
        ? 'Freeze all but the head'
        : `Freeze up to layer group ${phase.upTo}`;
    case 'unfreeze':
      return phase.from === 0 ? 'Unfreeze everything' : `Unfreeze from layer group ${phase.from}`;
    case 'evaluate':
      return 'Judge on the valid split';
  }
}

function ratesTitle(rates: LearningRateSpec): string {
  switch (rates.kind) {
    case 'rate':
      return short(rates.rate);
    case 'slice':
      return short(rates.max);
    case 'range':
      return `${short(rates.min)} to ${short(rates.max)}`;
    case 'suggestion':
      return `the suggested rate (${rates.method})`;
  }
}

function short(rate: number): string {
  return rate >= 1e-3
    ? String(Number(rate.toPrecision(3)))
    : rate.toExponential(2).replace('.00', '');
}
