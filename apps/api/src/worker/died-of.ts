import { constants } from 'node:os';
import { type RunFailure, TRAINER_DIED } from '../runs/run-event.js';
import type { TrainerExit } from './trainer-process.js';

/** What is known about the death of a trainer that did not say goodbye. */
export function diedOf({ code, signal, stderr }: TrainerExit): RunFailure {
  const how = signal === null ? `with exit code ${String(code)}` : `of ${describe(signal)}`;
  const said =
    stderr === '' ? 'It wrote nothing to stderr' : `The last it wrote to stderr: ${stderr}`;
  return {
    code: TRAINER_DIED,
    message: `Expected the process that trains to report its end, received its death ${how}. ${hint(signal)}${said}`,
  };
}

function describe(signal: NodeJS.Signals): string {
  return `signal ${signal} (${constants.signals[signal]})`;
}

/** Linux kills the largest process when memory runs out, and says so nowhere else. */
function hint(signal: NodeJS.Signals | null): string {
  return signal === 'SIGKILL'
    ? 'If nobody killed it, the machine ran out of memory: choose a smaller batch or image size. '
    : '';
}
