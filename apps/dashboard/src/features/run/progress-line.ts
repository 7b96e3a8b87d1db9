import { formatPace, plural } from '../../format/numbers.js';
import { formatDuration, secondsBetween } from '../../format/times.js';
import type { RunStateFragment } from '../../graphql/generated/graphql.js';

type RunProgress = Pick<RunStateFragment, 'status' | 'startedAt' | 'endedAt' | 'progress'>;

/** What a run does, how far it is, how long it will take, how fast it is: short parts for one line. */
export function progressLine(run: RunProgress, now: number): string[] {
  const { progress, status, startedAt, endedAt } = run;
  if (status === 'QUEUED') return ['waiting for its turn'];
  const time = startedAt === null ? [] : [formatDuration(secondsBetween(startedAt, endedAt, now))];
  if (status !== 'RUNNING') {
    return [
      ...(progress.totalEpochs > 0 ? [epochsDone(run)] : []),
      ...time.map((text) => `took ${text}`),
    ];
  }
  const { secondsLeft, imagesPerSecond } = progress;
  return [
    doing(run),
    secondsLeft === null ? 'time to go: not known yet' : `${formatDuration(secondsLeft)} left`,
    ...(imagesPerSecond === null ? [] : [formatPace(imagesPerSecond)]),
  ];
}

function doing({ progress }: RunProgress): string {
  const { phaseKind, epoch, totalEpochs } = progress;
  switch (phaseKind) {
    case null:
      return 'getting ready';
    case 'LR_FIND':
      return 'finding a learning rate';
    case 'EVALUATE':
      return 'judging on the valid pictures';
    case 'FIT':
    case 'FREEZE':
    case 'UNFREEZE':
      return `epoch ${Math.min((epoch ?? 0) + 1, totalEpochs)} of ${totalEpochs}`;
  }
}

function epochsDone({ progress: { epoch, totalEpochs } }: RunProgress): string {
  return epoch === totalEpochs
    ? plural(totalEpochs, 'epoch')
    : `${epoch ?? 0} of ${plural(totalEpochs, 'epoch')}`;
}
