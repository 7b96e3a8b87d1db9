import type { RunJob, TrainingEvent } from '@whetstone/training';
import type { FileStore } from '../artifacts/file-store.js';
import { NoRoomError } from '../no-room.js';
import type { RunFact, RunFailure } from '../runs/run-event.js';
import type { RunLog } from '../runs/run-log.js';
import type { RunCommand, RunRecord, RunStore } from '../runs/run-store.js';
import type { WakeBus } from '../runs/wake-bus.js';
import { diedOf } from './died-of.js';
import { Replay } from './replay.js';
import type { ResumePoint } from './resume-point.js';
import { RunRecorder } from './run-recorder.js';
import type { FromTrainer } from './trainer-messages.js';
import { type TrainerExit, TrainerProcess, type TrainerProgram } from './trainer-process.js';

/** A trainer that does not stop after this long is ended. */
const STOP_PATIENCE_MS = 5000;
/** So many deaths in one place, and the run has failed. */
const MOST_DEATHS = 3;
/** Commands are looked for so often, should a wake-up be lost. */
const POLL_MS = 1000;

export interface RunAttemptOptions {
  readonly run: RunRecord;
  readonly job: RunJob;
  readonly from: ResumePoint;
  /** An empty folder for the trainer. */
  readonly scratchDir: string;
  readonly log: RunLog;
  readonly store: RunStore;
  readonly files: FileStore;
  readonly bus: WakeBus;
  readonly program: TrainerProgram;
  /** A run of higher priority waits. */
  readonly makeWay: AbortSignal;
  /** The program ends. */
  readonly closing: AbortSignal;
}

/** How an attempt ended: the run has ended, waits for the program's next start, or is queued again. */
export type AttemptOutcome = 'ended' | 'interrupted' | 'queued';

type Last = Extract<FromTrainer, { type: 'ended' | 'failed' }>;

/** One trainer process working on one run: passes on its job and commands, and records what it reports. */
export class RunAttempt {
  readonly #options: RunAttemptOptions;
  readonly #recorder: RunRecorder;
  readonly #trainer: TrainerProcess;
  #last: Last | undefined;
  #lastStep: number | null = null;
  #stop: RunCommand | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isAskedToStop = false;
  #patience: NodeJS.Timeout | undefined;
  #leaving: AbortSignal | undefined;

  constructor(options: RunAttemptOptions) {
    this.#options = options;
    const { run, log, files, from } = options;
    this.#recorder = new RunRecorder({
      runId: run.id,
      log,
      files,
      replay: new Replay(from.start, from.logged),
      state: from.state,
      onFailure: (error) => {
        this.#failure = { error };
        this.#trainer.kill();
      },
    });
    this.#trainer = new TrainerProcess(options.program, (message) => {
      this.#receive(message);
    });
  }

  get trainerPid(): number | undefined {
    return this.#trainer.pid;
  }

  async run(): Promise<AttemptOutcome> {
    const leave = () => {
      this.#askToStop();
    };
    this.#outside.addEventListener('abort', leave, { once: true });
    if (this.#outside.aborted) leave();
    const watching = this.#watchCommands();
    try {
      const exit = await this.#trainer.ended;
      await this.#recorder.settled();
      return await this.#conclude(exit);
    } finally {
      this.#outside.removeEventListener('abort', leave);
      clearTimeout(this.#patience);
      watching.close();
    }
  }

  #receive(message: FromTrainer): void {
    switch (message.type) {
      case 'ready':
        this.#begin(message);
        return;
      case 'event':
        if (message.event.type === 'batches') this.#lastStep = message.event.steps.at(-1) ?? null;
        // What the end of this process cuts off is not over: the next one goes on with it.
        if (this.#outside.aborted && isCutOff(message.event)) return;
        this.#recorder.reported(message.event);
        return;
      case 'predictions':
        this.#recorder.predictions(message);
        return;
      case 'best-weights':
        this.#recorder.bestWeights(message);
        return;
      case 'checkpoint':
        this.#recorder.checkpoint(message);
        return;
      case 'ended':
      case 'failed':
        this.#last = message;
    }
  }

  #begin({ environment }: Extract<FromTrainer, { type: 'ready' }>): void {
    const { log, job, scratchDir, from } = this.#options;
    const fromStep = from.start.step;
    this.#recorder.fact({ type: 'attempt-started', number: log.attempt, fromStep, environment });
    const checkpoint = from.checkpoint?.local ?? null;
    this.#trainer.send({ type: 'job', job, scratchDir, checkpoint });
    if (this.#isAskedToStop) this.#trainer.send({ type: 'stop' });
  }

  /** The trainer ends after the batch at hand, with a checkpoint; one that takes no notice is ended. */
  #askToStop(): void {
    this.#isAskedToStop = true;
    this.#trainer.send({ type: 'stop' });
    this.#patience ??= setTimeout(() => {
      this.#trainer.kill();
    }, STOP_PATIENCE_MS);
  }

  /** Passes on a stop that someone has left. */
  #watchCommands(): { close(): void } {
    const { store, run, bus } = this.#options;
    const watch = bus.watch(run.id);
    let open = true;
    const look = async () => {
      while (open && this.#stop === undefined) {
        [this.#stop] = await store.waitingCommands(run.id);
        if (this.#stop === undefined) await watch.next(POLL_MS);
      }
      if (open) this.#askToStop();
    };
    look().catch((error: unknown) => {
      this.#failure ??= { error };
      this.#trainer.kill();
    });
    return {
      close() {
        open = false;
        watch.close();
      },
    };
  }

  async #conclude(exit: TrainerExit): Promise<AttemptOutcome> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const { log, store, files, from, closing, makeWay } = this.#options;
    if (from.checkpoint !== null && isUnreadable(this.#last)) {
      await files.remove(from.checkpoint.stored);
      const reason = 'Its checkpoint could not be read; it goes on from an earlier one';
      await log.append([interrupted(reason), queued(reason)]);
      return 'queued';
    }
    if (this.#last?.type === 'failed' && this.#last.code === 'DISK_FULL')
      throw new NoRoomError(this.#last.message);
    const completed = this.#last?.type === 'ended' && this.#last.status === 'completed';
    if (this.#last?.type === 'failed' || completed || this.#stop !== undefined)
      await this.#recorder.tidied();
    if (this.#last?.type === 'failed' || completed) {
      await log.append([statusAfter(this.#last!)]);
      if (this.#stop !== undefined) await store.settleCommand(this.#stop);
      return 'ended';
    }
    if (this.#stop !== undefined) {
      await log.append(this.#stopped());
      await store.settleCommand(this.#stop);
      return 'ended';
    }
    if (closing.aborted) {
      await log.append([interrupted('The program was ended; the run goes on with its next start')]);
      return 'interrupted';
    }
    if (makeWay.aborted) {
      const reason = 'It makes way for a run of your own, and goes on after that';
      await log.append([interrupted(reason), queued(reason)]);
      return 'queued';
    }
    return this.#died(diedOf(exit));
  }

  /** Another attempt goes on, unless the run has died in this very place too often. */
  async #died(error: RunFailure): Promise<AttemptOutcome> {
    const { log, from } = this.#options;
    const deaths = this.#recorder.gotFurther ? 1 : from.state.deaths + 1;
    if (deaths >= MOST_DEATHS) {
      const reason = `It died ${deaths} times in the same place`;
      await log.append([{ type: 'status', status: 'failed', reason, error }]);
      return 'ended';
    }
    const reason = 'The process that trained it ended unexpectedly; another one goes on';
    await log.append([interrupted(reason, error), queued(reason)]);
    return 'queued';
  }

  #stopped(): RunFact[] {
    return [
      { type: 'command-applied', command: 'stop', step: this.#lastStep },
      { type: 'status', status: 'stopped', reason: 'Stopped by hand', error: null },
    ];
  }

  /** Aborted once the run has to leave this process: it is not over. */
  get #outside(): AbortSignal {
    return (this.#leaving ??= AbortSignal.any([this.#options.makeWay, this.#options.closing]));
  }
}

/** Whether an event says that something was stopped before its end. */
function isCutOff(event: TrainingEvent): boolean {
  if (event.type === 'lr-finder-end') return event.stoppedBecause === 'stopped';
  return event.type === 'phase-end' && event.outcome === 'stopped';
}

/** Such as a checkpoint of another version. */
const isUnreadable = (last: Last | undefined): boolean =>
  last?.type === 'failed' && last.code === 'CHECKPOINT_UNREADABLE';

function statusAfter(last: Last): RunFact {
  if (last.type === 'failed') {
    const { code, message } = last;
    return { type: 'status', status: 'failed', reason: null, error: { code, message } };
  }
  return { type: 'status', status: 'succeeded', reason: null, error: null };
}

function interrupted(reason: string, error: RunFailure | null = null): RunFact {
  return { type: 'status', status: 'interrupted', reason, error };
}

const queued = (reason: string): RunFact => ({
  type: 'status',
  status: 'queued',
  reason,
  error: null,
});
