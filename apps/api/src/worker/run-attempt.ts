import type { RunJob, TrainingEvent } from '@whetstone/training';
import type { FileStore } from '../artifacts/file-store.js';
import { NoRoomError } from '../no-room.js';
import type { RunFailure } from '../runs/run-event.js';
import type { RunLog } from '../runs/run-log.js';
import {
  AttemptLostError,
  type RunCommand,
  type RunRecord,
  type RunStore,
} from '../runs/run-store.js';
import type { WakeBus } from '../runs/wake-bus.js';
import { shutDown } from '../shut-down.js';
import { patiently } from '../store/patiently.js';
import {
  interrupted,
  isCutOff,
  isUnreadable,
  type Last,
  leftBy,
  queued,
  statusAfter,
} from './attempt-facts.js';
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
/** Whoever trains a run says so this often, and is taken to live for HOLD_MS after it. */
const HOLD_EVERY_MS = 10_000;
export const HOLD_MS = 30_000;
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

/** One trainer process working on one run: passes on its job and commands, and records what it reports. */
export class RunAttempt {
  readonly #options: RunAttemptOptions;
  readonly #recorder: RunRecorder;
  readonly #trainer: TrainerProcess;
  #last: Last | undefined;
  #lastStep: number | null = null;
  /** What somebody wants at the moment. */
  #command: RunCommand | undefined;
  /** Number of the newest command that was heard. */
  #heard: number;
  #isSent = false;
  #failure: { readonly error: unknown } | undefined;
  #isAskedToStop = false;
  #patience: NodeJS.Timeout | undefined;
  #leaving: AbortSignal | undefined;

  constructor(options: RunAttemptOptions) {
    this.#options = options;
    const { run, log, files, from } = options;
    this.#heard = from.state.lastCommand;
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
    const holding = setInterval(() => {
      this.#hold();
    }, HOLD_EVERY_MS);
    try {
      const exit = await this.#trainer.ended;
      await this.#recorder.settled();
      return await this.#conclude(exit);
    } finally {
      this.#outside.removeEventListener('abort', leave);
      clearTimeout(this.#patience);
      clearInterval(holding);
      watching.close();
    }
  }

  /** Says that the run is held here, or hears that it no longer is. */
  #hold(): void {
    const { log } = this.#options;
    log.hold(HOLD_MS).then(
      (isHeld) => {
        if (isHeld) return;
        const error = new AttemptLostError(`Attempt ${log.attempt} no longer holds the run`);
        this.#failure ??= { error };
        this.#recorder.drop();
        this.#trainer.kill();
      },
      // A store that does not answer for a while says so when something is written.
      () => undefined,
    );
  }

  #receive(message: FromTrainer): void {
    switch (message.type) {
      case 'ready':
        this.#begin(message);
        return;
      case 'event':
        if (message.event.type === 'batches') this.#lastStep = message.event.steps.at(-1) ?? null;
        // What the end of this process cuts off is not over: the next one goes on with it.
        if (this.#isToGoOn && isCutOff(message.event)) return;
        this.#recorder.reported(message.event);
        this.#adjust(message.event);
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
    const adjustments = from.logged.filter((fact) => fact.type === 'adjusted');
    this.#trainer.send({ type: 'job', job, scratchDir, checkpoint, adjustments });
    if (this.#isAskedToStop) this.#trainer.send({ type: 'stop' });
  }

  /** The trainer ends after the batch at hand, with a checkpoint; one that takes no notice is ended. */
  #askToStop(): void {
    this.#isAskedToStop = true;
    this.#trainer.send({ type: 'stop' });
    const patienceMs = this.#options.closing.aborted ? shutDown.trainerMs : STOP_PATIENCE_MS;
    this.#patience ??= setTimeout(() => {
      this.#trainer.kill();
    }, patienceMs);
  }

  /** Passes on what people leave, one command after the other. */
  #watchCommands(): { close(): void } {
    const { store, run, bus, from } = this.#options;
    const watch = bus.watch(run.id);
    let open = true;
    const look = async () => {
      while (open) {
        const command = await patiently(() => store.waitingCommand(run.id));
        // The attempt before may have ended between doing it and saying so.
        if (command && command.number <= from.state.lastCommand) await this.#settle(command);
        else if (command && command.number > this.#heard) this.#obey(command);
        else await watch.next(POLL_MS);
      }
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

  #obey(command: RunCommand): void {
    this.#command = command;
    this.#heard = command.number;
    this.#isSent = false;
    if (command.command !== 'adjust') this.#askToStop();
  }

  /** Sends an adjustment once the trainer is beyond what the log knows, and hears that it was made. */
  #adjust(event: TrainingEvent): void {
    const command = this.#command;
    if (command?.command !== 'adjust') return;
    if (this.#isSent && event.type === 'adjusted') {
      const { number } = command;
      const { step } = event;
      this.#recorder.fact({ type: 'command-applied', command: 'adjust', number, step });
      this.#recorder.then(() => this.#settle(command));
      this.#command = undefined;
    } else if (!this.#isSent && this.#recorder.isBeyondLog) {
      this.#isSent = true;
      this.#trainer.send({ type: 'adjust', adjustment: command.adjustment });
    }
  }

  #settle(command: RunCommand): Promise<void> {
    return patiently(() => this.#options.store.settleCommand(command));
  }

  async #conclude(exit: TrainerExit): Promise<AttemptOutcome> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const { log, files, from, closing, makeWay } = this.#options;
    if (from.checkpoint !== null && isUnreadable(this.#last)) {
      await files.remove(from.checkpoint.stored);
      const reason = 'Its checkpoint could not be read; it goes on from an earlier one';
      await log.append([interrupted(reason), queued(reason)]);
      return 'queued';
    }
    if (this.#last?.type === 'failed' && this.#last.code === 'DISK_FULL')
      throw new NoRoomError(this.#last.message);
    const completed = this.#last?.type === 'ended' && this.#last.status === 'completed';
    const command = this.#command;
    if (this.#last?.type === 'failed' || completed) {
      await this.#recorder.tidied();
      await log.append([statusAfter(this.#last!)]);
      if (command !== undefined) await this.#settle(command);
      return 'ended';
    }
    if (command !== undefined && command.command !== 'adjust') {
      if (command.command === 'stop') await this.#recorder.tidied();
      await log.append(leftBy(command, this.#lastStep));
      await this.#settle(command);
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

  /** Whether another attempt is to go on where this one was asked to end. */
  get #isToGoOn(): boolean {
    return this.#outside.aborted || this.#command?.command === 'pause';
  }

  /** Aborted once the run has to leave this process: it is not over. */
  get #outside(): AbortSignal {
    return (this.#leaving ??= AbortSignal.any([this.#options.makeWay, this.#options.closing]));
  }
}
