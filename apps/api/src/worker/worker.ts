import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunJob } from '@whetstone/training';
import type { Logger } from 'pino';
import type { FileStore } from '../artifacts/file-store.js';
import type { DatasetService } from '../datasets/dataset-service.js';
import { messageOf } from '../errors.js';
import { isNoRoom, ROOM_FIX } from '../no-room.js';
import { type Queue, type TakenRun, waitingRun } from '../queue/queue.js';
import type { RunFailure, RunStatus } from '../runs/run-event.js';
import { RunLog } from '../runs/run-log.js';
import { isEnded } from '../runs/run-status.js';
import {
  AttemptLostError,
  type RunRecord,
  type RunStore,
  SeqTakenError,
} from '../runs/run-store.js';
import type { WakeBus } from '../runs/wake-bus.js';
import { type ResumePoint, resumePoint, StartingCheckpointError } from './resume-point.js';
import { type AttemptOutcome, HOLD_MS, RunAttempt } from './run-attempt.js';
import type { TrainerProgram } from './trainer-process.js';

const LOOK_FOR_ROOM_MS = 2000;

export interface WorkerOptions {
  readonly store: RunStore;
  /** Whether other processes have workers for these runs too. */
  readonly isShared: boolean;
  /** Runs that train at the same time here. */
  readonly runsAtOnce: number;
  readonly queue: Queue;
  readonly bus: WakeBus;
  readonly files: FileStore;
  readonly datasets: DatasetService;
  readonly cacheDir: string;
  /** Where trainers keep features of frozen bodies. */
  readonly featuresDir: string;
  readonly featuresLimitBytes: number;
  /** Where trainers put what is too large for the channel; emptied at the start. */
  readonly scratchDir: string;
  readonly program: TrainerProgram;
  readonly log: Logger;
}

interface Said {
  /** Only a run of this status is spoken of; any that has not ended, if left out. */
  readonly of?: RunStatus;
  readonly status: RunStatus;
  readonly reason: string;
  readonly error?: RunFailure | null;
}

/** Takes queued runs and sees each to its end. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #closing = new AbortController();
  readonly #attempts = new Set<RunAttempt>();

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Processes that train at this moment. */
  get trainerPids(): readonly (number | undefined)[] {
    return [...this.#attempts].map(({ trainerPid }) => trainerPid);
  }

  async start(): Promise<void> {
    const { scratchDir, queue, runsAtOnce } = this.#options;
    await rm(scratchDir, { recursive: true, force: true });
    queue.consume((taken) => this.#work(taken), runsAtOnce);
  }

  /** Ends trainers behind a checkpoint. Their runs are INTERRUPTED until the next start, or go to another worker at once. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#options.queue.close();
    await rm(this.#options.scratchDir, { recursive: true, force: true });
  }

  async #work(taken: TakenRun): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#attemptRun(taken);
    } catch (error) {
      if (error instanceof AttemptLostError || error instanceof SeqTakenError) {
        log.warn({ runId: taken.runId, err: error }, 'lost a run to another worker');
        return;
      }
      if (isNoRoom(error)) {
        log.error(
          { runId: taken.runId, err: error },
          'nothing can be written, a run waits for room',
        );
        await this.#waitForRoom(taken.runId, error);
        return;
      }
      if (error instanceof StartingCheckpointError) {
        const { code, message } = error;
        const reason = 'It could not begin';
        await this.#say(taken.runId, { status: 'failed', reason, error: { code, message } });
        return;
      }
      log.error({ runId: taken.runId, err: error }, 'could not see a run to its end');
      await this.#interrupt(taken.runId, error);
    }
  }

  async #attemptRun(taken: TakenRun): Promise<void> {
    const { store, bus, files, program } = this.#options;
    const run = await store.find(taken.runId);
    if (run?.status !== 'queued' || this.#closing.signal.aborted) return;
    const runLog = await RunLog.claim(run, { store, bus }, HOLD_MS);
    if (runLog === undefined) return;
    await runLog.append([{ type: 'status', status: 'running', reason: null, error: null }]);
    const scratchDir = path.join(this.#options.scratchDir, `${run.id}-a${runLog.attempt}`);
    await mkdir(scratchDir, { recursive: true });
    const from = await resumePoint(run, { store, files, scratchDir });
    const attempt = new RunAttempt({
      run,
      job: this.#jobOf(run, from),
      from,
      scratchDir,
      log: runLog,
      store,
      files,
      bus,
      program,
      makeWay: taken.makeWay,
      closing: this.#closing.signal,
    });
    this.#attempts.add(attempt);
    try {
      await this.#goOn(run.id, await attempt.run());
    } finally {
      this.#attempts.delete(attempt);
      await rm(scratchDir, { recursive: true, force: true });
    }
  }

  /** Sees to it that a run that has not ended is taken again. */
  async #goOn(runId: string, outcome: AttemptOutcome): Promise<void> {
    if (outcome === 'queued') await this.#queueAgain(runId);
    if (outcome !== 'interrupted' || !this.#options.isShared) return;
    const reason = 'Another worker goes on with it';
    if (await this.#say(runId, { of: 'interrupted', status: 'queued', reason }))
      await this.#queueAgain(runId);
  }

  async #queueAgain(runId: string): Promise<void> {
    const run = await this.#options.store.find(runId);
    if (run?.status === 'queued') await this.#options.queue.add(waitingRun(run));
  }

  /** Pauses a run until something can be written again. Who waits behind it would fare no better. */
  async #waitForRoom(runId: string, error: unknown): Promise<void> {
    const { files } = this.#options;
    const { signal } = this.#closing;
    const reason = `Nothing can be written: ${messageOf(error)}. ${ROOM_FIX}: the run then goes on by itself`;
    const failure = { code: 'DISK_FULL', message: messageOf(error) };
    let isSaid = false;
    while (!signal.aborted) {
      try {
        if (!isSaid && !(await this.#say(runId, { status: 'paused', reason, error: failure })))
          return;
        isSaid = true;
        if (await files.hasRoom()) {
          const there = { of: 'paused', status: 'queued', reason: 'There is room again' } as const;
          if (await this.#say(runId, there)) await this.#queueAgain(runId);
          return;
        }
      } catch (again) {
        if (!isNoRoom(again)) throw again;
      }
      await sleep(LOOK_FOR_ROOM_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Something of ours is broken: says so, if that can still be written. The next start tries again. */
  async #interrupt(runId: string, error: unknown): Promise<void> {
    const reason = `Something in the program failed: ${messageOf(error)}. The run goes on with its next start`;
    try {
      await this.#say(runId, { status: 'interrupted', reason });
    } catch (second) {
      this.#options.log.error({ runId, err: second }, 'could not write that a run was interrupted');
    }
  }

  /** Says what has become of a run that has not ended; false if it has, or if someone else has it. */
  async #say(runId: string, { of, status, reason, error = null }: Said): Promise<boolean> {
    const { store, bus } = this.#options;
    const run = await store.find(runId);
    if (run === undefined || isEnded(run.status)) return false;
    if (of !== undefined && run.status !== of) return false;
    const runLog = await RunLog.claim(run, { store, bus });
    await runLog?.append([{ type: 'status', status, reason, error }]);
    return runLog !== undefined;
  }

  #jobOf({ datasetId, datasetVersion, settings }: RunRecord, { startFrom }: ResumePoint): RunJob {
    const { datasets, cacheDir, featuresDir, featuresLimitBytes } = this.#options;
    const { validShare, seed, splitSeed = seed } = settings;
    return {
      manifestFile: datasets.manifestFile(datasetId, datasetVersion),
      imagesDir: datasets.imagesDir,
      split: validShare === null ? null : { validShare, seed: splitSeed },
      architecture: settings.architecture,
      cacheDir,
      ...(startFrom !== undefined && { startFrom }),
      featuresDir,
      featuresLimitBytes,
      imageSize: settings.imageSize,
      batchSize: settings.batchSize,
      seed,
      frozenBody: settings.frozenBody,
      phases: settings.phases,
    };
  }
}
