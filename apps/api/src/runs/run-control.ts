import type { AdjustRunInput, Data, UpdateRunInput } from '@whetstone/schema';
import type { FitAdjustment } from '@whetstone/training';
import type { FileStore } from '../artifacts/file-store.js';
import { badInput, DomainError, notFound } from '../errors.js';
import { type Queue, waitingRun } from '../queue/queue.js';
import { assertInteger } from './input-ranges.js';
import type { RunFact, RunStatus } from './run-event.js';
import { existingRun, type RunFolds } from './run-folds.js';
import { labelsFrom } from './run-labels.js';
import { RunLog } from './run-log.js';
import { isEnded } from './run-status.js';
import { CommandWaitingError, type RunRecord, type RunStore, type RunWish } from './run-store.js';
import type { WakeBus } from './wake-bus.js';

export interface RunControlOptions {
  readonly store: RunStore;
  readonly folds: RunFolds;
  readonly queue: Queue;
  readonly bus: WakeBus;
  readonly files: FileStore;
}

/** A run that is to be deleted stops behind the batch at hand, or its trainer is ended. */
const STOP_PATIENCE_MS = 20_000;
const POLL_MS = 500;

/** Most that a planned rate may be multiplied by. */
const MOST_FACTOR = 1000;

/**
 * What people do to runs. One that trains gets a command, which takes effect after the batch at hand;
 * one that waits is changed at once. Of two people at the same moment one wins, and the other is told.
 */
export class RunControl {
  readonly #options: RunControlOptions;

  constructor(options: RunControlOptions) {
    this.#options = options;
  }

  /** Ends a run for good. What has ended stays as it is. */
  async stop(id: string): Promise<RunRecord> {
    const run = await this.#find(id);
    if (isEnded(run.status)) return run;
    if (run.status === 'running') return this.#leave(run, { command: 'stop' });
    return this.#change(run, [applied('stop'), status('stopped', 'Stopped by hand')]);
  }

  /** Frees its worker, behind a checkpoint. What is paused already stays so. */
  async pause(id: string): Promise<RunRecord> {
    const run = await this.#find(id);
    if (run.status === 'paused') return run;
    assertActive(run, 'paused');
    if (run.status === 'running') return this.#leave(run, { command: 'pause' });
    return this.#change(run, [applied('pause'), status('paused', 'Paused by hand')]);
  }

  /** Queues a paused run again. What waits or trains already does so. */
  async resume(id: string): Promise<RunRecord> {
    const run = await this.#find(id);
    if (run.status === 'running' || run.status === 'queued') return run;
    assertActive(run, 'resumed');
    const queued = await this.#change(run, [status('queued', 'Resumed by hand')]);
    await this.#options.queue.add(waitingRun(queued));
    return queued;
  }

  /** Changes the fit at hand, from its next batch on. */
  async adjust(id: string, input: Data<AdjustRunInput>): Promise<RunRecord> {
    const adjustment = adjustmentFrom(input);
    const run = await this.#find(id);
    assertActive(run, 'adjusted');
    const { phases } = await this.#options.folds.state(run);
    const atHand = phases.find((phase) => phase.status === 'running');
    if (run.status === 'running' && atHand?.kind === 'fit')
      return this.#leave(run, { command: 'adjust', adjustment });
    const doing = run.status === 'running' ? (atHand?.kind ?? 'about to begin') : run.status;
    throw new DomainError(
      'RUN_NOT_ACTIVE',
      `Expected a run in the midst of a fit, received "${run.name}", which is ${doing}. Wait until it fits`,
    );
  }

  /** Changes how people find a run. */
  async update(id: string, input: Data<UpdateRunInput>): Promise<RunRecord> {
    const { store, bus } = this.#options;
    const run = await store.relabel(id, labelsFrom(input));
    if (run === undefined) throw notFound('run', id);
    bus.wake(id);
    return run;
  }

  /** Stops a run, then removes every trace of it: its files, its log, and itself. */
  async delete(id: string): Promise<void> {
    const { store, files, bus } = this.#options;
    await this.#ended(await this.stop(id));
    // While the files go, the run is still there: whoever is cut off deletes it again.
    await files.removeFolder(`runs/${id}`);
    await store.remove(id);
    bus.wake(id);
  }

  /** Waits until a run that was asked to stop has done so. */
  async #ended(run: RunRecord): Promise<void> {
    const { store, bus } = this.#options;
    const deadline = Date.now() + STOP_PATIENCE_MS;
    const watch = bus.watch(run.id);
    try {
      for (;;) {
        const current = await store.find(run.id);
        if (current === undefined || isEnded(current.status)) return;
        if (Date.now() > deadline) throw conflict(run, 'it takes long to stop');
        await watch.next(POLL_MS);
      }
    } finally {
      watch.close();
    }
  }

  #find(id: string): Promise<RunRecord> {
    return existingRun(this.#options.store, id);
  }

  async #leave(run: RunRecord, wish: RunWish): Promise<RunRecord> {
    const { store, bus } = this.#options;
    await store.leaveCommand(run.id, wish, Date.now()).catch((error: unknown) => {
      if (!(error instanceof CommandWaitingError)) throw error;
      throw conflict(run, `a command to ${error.waiting.command} is on its way`);
    });
    bus.wake(run.id);
    return this.#find(run.id);
  }

  async #change(run: RunRecord, facts: readonly RunFact[]): Promise<RunRecord> {
    const { queue } = this.#options;
    const log = await RunLog.claim(run, this.#options);
    if (log === undefined) throw conflict(run, 'somebody else was faster');
    await queue.remove(run.id);
    await log.append(facts);
    return this.#find(run.id);
  }
}

function conflict(run: RunRecord, why: string): DomainError {
  const message = `Expected a run that nobody else is changing, received "${run.name}": ${why}. Look at what became of it, then try again`;
  return new DomainError('CONFLICT', message);
}

function assertActive(run: RunRecord, wanted: string): void {
  if (!isEnded(run.status)) return;
  throw new DomainError(
    'RUN_NOT_ACTIVE',
    `Expected a run that has not ended to be ${wanted}, received "${run.name}", which is ${run.status.toUpperCase()}. Start another one`,
  );
}

function adjustmentFrom({ learningRateFactor, epochsToGo }: Data<AdjustRunInput>): FitAdjustment {
  if (learningRateFactor == null && epochsToGo == null)
    throw badInput('learningRateFactor', {
      expected: 'given, or `epochsToGo`',
      received: 'neither',
    });
  if (epochsToGo != null) assertInteger('epochsToGo', epochsToGo, { from: 1, to: 1000 });
  if (learningRateFactor != null && !(learningRateFactor > 0 && learningRateFactor <= MOST_FACTOR))
    throw badInput('learningRateFactor', {
      expected: `above 0 and up to ${MOST_FACTOR}`,
      received: learningRateFactor,
      fix: '0.5 halves the planned rates, 1 is the plan itself',
    });
  return {
    ...(learningRateFactor != null && { learningRateFactor }),
    ...(epochsToGo != null && { epochsToGo }),
  };
}

const applied = (command: 'stop' | 'pause'): RunFact => ({
  type: 'command-applied',
  command,
  number: null,
  step: null,
});

const status = (to: RunStatus, reason: string): RunFact => ({
  type: 'status',
  status: to,
  reason,
  error: null,
});
