import type { TrainingEvent } from '@whetstone/training';
import type { RunFact, RunFailure } from '../runs/run-event.js';
import type { RunCommand } from '../runs/run-store.js';
import type { FromTrainer } from './trainer-messages.js';

/** A trainer's last word. */
export type Last = Extract<FromTrainer, { type: 'ended' | 'failed' }>;

/** Whether an event says that something was stopped before its end. */
export function isCutOff(event: TrainingEvent): boolean {
  if (event.type === 'lr-finder-end') return event.stoppedBecause === 'stopped';
  return event.type === 'phase-end' && event.outcome === 'stopped';
}

/** What a command to leave the run says to its log. */
export function leftBy({ command, number }: RunCommand, step: number | null): RunFact[] {
  const how =
    command === 'pause'
      ? ({ status: 'paused', reason: 'Paused by hand' } as const)
      : ({ status: 'stopped', reason: 'Stopped by hand' } as const);
  return [
    { type: 'command-applied', command, number, step },
    { type: 'status', ...how, error: null },
  ];
}

/** Whether a trainer could not read its checkpoint, such as one of another version. */
export const isUnreadable = (last: Last | undefined): boolean =>
  last?.type === 'failed' && last.code === 'CHECKPOINT_UNREADABLE';

export function statusAfter(last: Last): RunFact {
  if (last.type === 'failed') {
    const { code, message } = last;
    return { type: 'status', status: 'failed', reason: null, error: { code, message } };
  }
  return { type: 'status', status: 'succeeded', reason: null, error: null };
}

export function interrupted(reason: string, error: RunFailure | null = null): RunFact {
  return { type: 'status', status: 'interrupted', reason, error };
}

export const queued = (reason: string): RunFact => ({
  type: 'status',
  status: 'queued',
  reason,
  error: null,
});
