import type { RunJob } from '@whetstone/training';
import type { RunFact, RunFailure } from '../runs/run-event.js';
import type { RunLog } from '../runs/run-log.js';
import type { RunCommand, RunRecord, RunStore } from '../runs/run-store.js';
import type { WakeBus } from '../runs/wake-bus.js';
import type { FileStore } from '../artifacts/file-store.js';
import { diedOf } from './died-of.js';
import { RunRecorder } from './run-recorder.js';
import type { FromTrainer } from './trainer-messages.js';
import { type TrainerExit, TrainerProcess, type TrainerProgram } from './trainer-process.js';

/** A trainer that does not stop after this long is ended. */
const STOP_PATIENCE_MS = 5000;
/** Commands are looked for so often, should a wake-up be lost. */
const POLL_MS = 1000;

export interface RunAttemptOptions {
  readonly run: RunRecord;
  readonly job: RunJob;
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

/** How an attempt ended. Lost: someone else has the run, and nothing more may be written. */
export type AttemptOutcome = 'ended' | 'made-way' | 'lost';

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

  constructor(options: RunAttemptOptions) {
    this.#options = options;
    this.#recorder = new RunRecorder({
      runId: options.run.id,
      log: options.log,
      files: options.files,
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
    const { makeWay, closing } = this.#options;
    const kill = () => {
      this.#trainer.kill();
    };
    const outside = AbortSignal.any([makeWay, closing]);
    outside.addEventListener('abort', kill, { once: true });
    if (outside.aborted) kill();
    const watching = this.#watchCommands();
    try {
      const exit = await this.#trainer.ended;
      await this.#recorder.settled();
      return await this.#conclude(exit);
    } finally {
      outside.removeEventListener('abort', kill);
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
        this.#recorder.fact(message.event);
        return;
      case 'predictions':
        this.#recorder.predictions(message.phase, message.epoch, message.predictions);
        return;
      case 'best-weights':
        this.#recorder.bestWeights(message.epoch, message.file);
        return;
      case 'ended':
      case 'failed':
        this.#last = message;
    }
  }

  #begin({ environment }: Extract<FromTrainer, { type: 'ready' }>): void {
    const { log, job, scratchDir } = this.#options;
    this.#recorder.fact({
      type: 'attempt-started',
      number: log.attempt,
      fromStep: 0,
      environment,
    });
    // An earlier attempt may have reported steps; this one computes them again.
    if (log.attempt > 1) {
      this.#recorder.fact({ type: 'rewound', toStep: 0, toEpoch: 0, toPhase: 0 });
    }
    this.#trainer.send({ type: 'job', job, scratchDir });
    if (this.#stop !== undefined) this.#trainer.send({ type: 'stop' });
  }

  /** Passes on a stop that someone has left, and ends a trainer that takes no notice. */
  #watchCommands(): { close(): void } {
    const { store, run, bus } = this.#options;
    const watch = bus.watch(run.id);
    let open = true;
    let patience: NodeJS.Timeout | undefined;
    const look = async () => {
      while (open && this.#stop === undefined) {
        [this.#stop] = await store.waitingCommands(run.id);
        if (this.#stop === undefined) await watch.next(POLL_MS);
      }
      if (!open) return;
      this.#trainer.send({ type: 'stop' });
      patience = setTimeout(() => {
        this.#trainer.kill();
      }, STOP_PATIENCE_MS);
    };
    look().catch((error: unknown) => {
      this.#failure ??= { error };
      this.#trainer.kill();
    });
    return {
      close() {
        open = false;
        clearTimeout(patience);
        watch.close();
      },
    };
  }

  async #conclude(exit: TrainerExit): Promise<AttemptOutcome> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const { log, store, closing, makeWay } = this.#options;
    const stop = this.#stop;
    if (stop !== undefined && this.#last?.type !== 'failed') {
      await log.append(
        this.#stopped(this.#last?.type === 'ended' && this.#last.status === 'completed'),
      );
      await store.settleCommand(stop);
      return 'ended';
    }
    if (this.#last !== undefined) {
      await log.append([statusAfter(this.#last)]);
      return 'ended';
    }
    if (closing.aborted) {
      await log.append([
        interrupted(
          'The program was ended while this run was training. Start it again with the same settings',
          null,
        ),
      ]);
      return 'ended';
    }
    if (makeWay.aborted) {
      const reason = 'It makes way for a run of your own, and begins again after that';
      await log.append([
        interrupted(reason, null),
        { type: 'status', status: 'queued', reason, error: null },
      ]);
      return 'made-way';
    }
    const error = diedOf(exit);
    await log.append([
      interrupted(
        'The process that trained it ended unexpectedly. Start it again with the same settings',
        error,
      ),
    ]);
    return 'ended';
  }

  /** A stop that came after the last batch changes nothing: the run is complete. */
  #stopped(completed: boolean): RunFact[] {
    if (completed) return [statusAfter({ type: 'ended', status: 'completed' })];
    return [
      { type: 'command-applied', command: 'stop', step: this.#lastStep },
      { type: 'status', status: 'stopped', reason: 'Stopped by hand', error: null },
    ];
  }
}

function statusAfter(last: Last): RunFact {
  if (last.type === 'failed') {
    const { code, message } = last;
    return { type: 'status', status: 'failed', reason: null, error: { code, message } };
  }
  const status = last.status === 'completed' ? 'succeeded' : 'stopped';
  return { type: 'status', status, reason: null, error: null };
}

function interrupted(reason: string, error: RunFailure | null): RunFact {
  return { type: 'status', status: 'interrupted', reason, error };
}
