import { formatBytes, formatLoss, plural, toNumber } from '../../format/numbers.js';
import type { RunEventsSubscription } from '../../graphql/generated/graphql.js';

export type RunEvent = RunEventsSubscription['runEvents'];

const MOST_SHOWN = 100;

/** Adds an event at the front. Batches and points in a row are told by the newest of them. */
export function latestEvents(known: readonly RunEvent[], event: RunEvent): readonly RunEvent[] {
  const [newest, ...older] = known;
  const rest =
    newest !== undefined && isStream(event) && event.__typename === newest.__typename
      ? older
      : known;
  return [event, ...rest].slice(0, MOST_SHOWN);
}

function isStream({ __typename }: RunEvent): boolean {
  return __typename === 'BatchesTrained' || __typename === 'LrFinderAdvanced';
}

/** An event in a sentence. */
export function sentenceOf(event: RunEvent): string {
  switch (event.__typename) {
    case 'RunStatusChanged':
      return `Status ${event.status.toLowerCase()}${event.reason === null ? '' : `: ${event.reason}`}`;
    case 'AttemptStarted':
      return `Attempt ${event.number} started from step ${event.fromStep}`;
    case 'Rewound':
      return `Everything from step ${event.toStep} on is computed again`;
    case 'CommandApplied':
      return `Command ${event.command} took effect${event.step === null ? '' : ` after step ${event.step}`}`;
    case 'FileSaved':
      return `Saved ${event.file}, ${formatBytes(event.bytes)}`;
    case 'CheckpointSaved':
      return `Checkpoint at step ${event.atStep}, ${formatBytes(event.bytes)}`;
    case 'FitAdjusted':
      return `From step ${event.atStep} on: ${adjustments(event).join(', ')}`;
    case 'PhaseStarted':
      return `Phase ${event.phase + 1} started: ${event.kind.toLowerCase().replaceAll('_', ' ')}`;
    case 'PhaseEnded':
      return `Phase ${event.phase + 1} ${event.phaseStatus.toLowerCase()} after ${event.seconds.toFixed(1)} s`;
    case 'BatchesTrained':
      return `Trained up to step ${event.steps.at(-1) ?? 0}`;
    case 'LrFinderAdvanced':
      return `Tried ${plural((event.indexes.at(-1) ?? 0) + 1, 'rate')}`;
    case 'LrFinderEnded':
      return `Learning-rate finder ended: ${event.stoppedBecause.toLowerCase().replaceAll('_', ' ')}`;
    case 'EpochEnded':
      return `Epoch ${event.epoch + 1} ended: valid loss ${formatLoss(toNumber(event.validLoss))}`;
  }
}

function adjustments({
  learningRateFactor,
  epochs,
}: Extract<RunEvent, { __typename: 'FitAdjusted' }>): string[] {
  return [
    ...(learningRateFactor === null ? [] : [`${learningRateFactor} times the planned rate`]),
    ...(epochs === null ? [] : [`${plural(epochs, 'epoch')} in all`]),
  ];
}
