import type { RunStatus } from './run-event.js';

const ended: ReadonlySet<RunStatus> = new Set(['succeeded', 'stopped', 'failed']);

/** Whether nothing more can happen to a run with this status. */
export function isEnded(status: RunStatus): boolean {
  return ended.has(status);
}
