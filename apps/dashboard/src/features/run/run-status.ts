import type { RunStatus } from '../../graphql/generated/graphql.js';

/** Whether something may still happen in a run. */
export function isActive(status: RunStatus): boolean {
  switch (status) {
    case 'QUEUED':
    case 'RUNNING':
    case 'PAUSED':
    case 'INTERRUPTED':
      return true;
    case 'SUCCEEDED':
    case 'STOPPED':
    case 'FAILED':
      return false;
  }
}
