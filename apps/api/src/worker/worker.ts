import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RunJob } from '@whetstone/training';
import type { Logger } from 'pino';
import type { FileStore } from '../artifacts/file-store.js';
import type { DatasetService } from '../datasets/dataset-service.js';
import { messageOf } from '../errors.js';
import type { Queue, TakenRun } from '../queue/queue.js';
import { RunLog } from '../runs/run-log.js';
import {
  AttemptLostError,
  type RunRecord,
  type RunStore,
  SeqTakenError,
} from '../runs/run-store.js';
import type { WakeBus } from '../runs/wake-bus.js';
import { RunAttempt } from './run-attempt.js';
import type { TrainerProgram } from './trainer-process.js';

export interface WorkerOptions {
  readonly store: RunStore;
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

/** Takes queued runs, one at a time, and sees each to its end. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #closing = new AbortController();
  #attempt: RunAttempt | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Process that trains at this moment. */
  get trainerPid(): number | undefined {
    return this.#attempt?.trainerPid;
  }

  async start(): Promise<void> {
    await rm(this.#options.scratchDir, { recursive: true, force: true });
    this.#options.queue.consume((taken) => this.#work(taken));
  }

  /** Ends the trainer; its run becomes INTERRUPTED. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#options.queue.close();
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
      log.error({ runId: taken.runId, err: error }, 'could not see a run to its end');
      await this.#interrupt(taken.runId, error);
    }
  }

  async #attemptRun(taken: TakenRun): Promise<void> {
    const { store, bus, queue, files, program } = this.#options;
    const run = await store.find(taken.runId);
    if (run?.status !== 'queued' || this.#closing.signal.aborted) return;
    const runLog = await RunLog.claim(run, { store, bus });
    if (runLog === undefined) return;
    await runLog.append([{ type: 'status', status: 'running', reason: null, error: null }]);
    const scratchDir = path.join(this.#options.scratchDir, `${run.id}-a${runLog.attempt}`);
    await mkdir(scratchDir, { recursive: true });
    this.#attempt = new RunAttempt({
      run,
      job: this.#jobOf(run),
      scratchDir,
      log: runLog,
      store,
      files,
      bus,
      program,
      makeWay: taken.makeWay,
      closing: this.#closing.signal,
    });
    try {
      const outcome = await this.#attempt.run();
      if (outcome === 'made-way') await queue.add({ runId: run.id, priority: taken.priority });
    } finally {
      this.#attempt = undefined;
      await rm(scratchDir, { recursive: true, force: true });
    }
  }

  /** The log could not be written or something of ours is broken: says so, if that can still be written. */
  async #interrupt(runId: string, error: unknown): Promise<void> {
    const { store, bus, log } = this.#options;
    try {
      const run = await store.find(runId);
      const runLog = run && (await RunLog.claim(run, { store, bus }));
      await runLog?.append([
        {
          type: 'status',
          status: 'interrupted',
          reason: `What this run reported could not be written: ${messageOf(error)}. Check that the disk has room, then start it again with the same settings`,
          error: null,
        },
      ]);
    } catch (second) {
      log.error({ runId, err: second }, 'could not write that a run was interrupted');
    }
  }

  #jobOf({ datasetId, datasetVersion, settings }: RunRecord): RunJob {
    const { datasets, cacheDir, featuresDir, featuresLimitBytes } = this.#options;
    const { validShare, seed } = settings;
    return {
      manifestFile: datasets.manifestFile(datasetId, datasetVersion),
      imagesDir: datasets.imagesDir,
      split: validShare === null ? null : { validShare, seed },
      architecture: settings.architecture,
      cacheDir,
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
