import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { FileStore } from '../artifacts/file-store.js';
import { encodeJson } from '../json-codec.js';
import { bestWeightsOf, keptCheckpoints } from '../runs/checkpoints.js';
import type { CheckpointEvent, FileSavedEvent, RunFact } from '../runs/run-event.js';
import type { RunLog } from '../runs/run-log.js';
import type { RunState } from '../runs/run-state.type.js';
import { EventBuffer } from './event-buffer.js';
import type { Replay } from './replay.js';
import type { FromTrainer } from './trainer-messages.js';

export interface RunRecorderOptions {
  readonly runId: string;
  readonly log: RunLog;
  readonly files: FileStore;
  /** What the log says already of the steps that this attempt takes again. */
  readonly replay: Replay;
  /** Files that the run has so far. */
  readonly state: Pick<RunState, 'files' | 'checkpoints'>;
  /** Hears the first failure to write; nothing is written after it. */
  readonly onFailure: (error: unknown) => void;
}

type Message<Type extends FromTrainer['type']> = Extract<FromTrainer, { type: Type }>;

/** Writes what a trainer reports, in order: facts into the log, files into the file store. */
export class RunRecorder {
  readonly #options: RunRecorderOptions;
  readonly #buffer: EventBuffer;
  #tail: Promise<void> = Promise.resolve();
  #failed = false;
  #gotFurther = false;
  #best: FileSavedEvent | null;
  #checkpoints: readonly CheckpointEvent[];
  /** Best weights that better ones replaced since the last checkpoint, */
  #replaced: string[] = [];
  /** and since the one before: whoever goes on from there may need them. */
  #replacedBefore: string[] = [];

  constructor(options: RunRecorderOptions) {
    this.#options = options;
    const { files, checkpoints } = options.state;
    this.#best = bestWeightsOf(files);
    this.#checkpoints = checkpoints;
    this.#buffer = new EventBuffer((facts) => {
      this.#then(() => options.log.append(facts));
    });
  }

  /** Whether something was reported that the log did not say yet. */
  get gotFurther(): boolean {
    return this.#gotFurther;
  }

  /** Whether the trainer has said everything again that the log knows. */
  get isBeyondLog(): boolean {
    return this.#options.replay.isOver;
  }

  /** Does something once all that was reported so far is written. */
  then(write: () => Promise<void>): void {
    this.#buffer.flush();
    this.#then(write);
  }

  /** Something of ours, which no attempt has said before. */
  fact(fact: RunFact): void {
    this.#buffer.add(fact);
  }

  /** Something that the trainer reports: a batch or a point at a time. */
  reported(fact: RunFact): void {
    for (const one of this.#options.replay.take(fact)) {
      this.#gotFurther = true;
      this.#buffer.add(one);
    }
  }

  predictions({ phase, epoch, predictions }: Message<'predictions'>): void {
    const content = Buffer.from(encodeJson(predictions));
    const sha256 = createHash('sha256').update(content).digest('hex');
    const bytes = content.byteLength;
    const file = `predictions-a${this.#options.log.attempt}-e${epoch}.json`;
    const event = { kind: 'predictions', phase, epoch, file, sha256, bytes } as const;
    this.#save({ type: 'file-saved', ...event }, () =>
      this.#options.files.write(this.#place(file), content),
    );
  }

  /** Takes over a file that the trainer has written. */
  bestWeights({ epoch, file: written, sha256, bytes }: Message<'best-weights'>): void {
    const file = `best-a${this.#options.log.attempt}-e${epoch}.safetensors`;
    const best = { kind: 'best-weights', phase: null, epoch, file, sha256, bytes } as const;
    const event: FileSavedEvent = { type: 'file-saved', ...best };
    const isNew = this.#save(event, () => this.#options.files.take(this.#place(file), written));
    if (!isNew) return;
    if (this.#best !== null && this.#best.file !== file) this.#replaced.push(this.#best.file);
    this.#best = event;
  }

  /** Takes over a checkpoint; those that are no longer kept go once it counts. */
  checkpoint({ file: written, type, ...place }: Message<'checkpoint'>): void {
    const { log, files, replay } = this.#options;
    // While the log says more than the trainer, what is before a checkpoint is not all that is before it in the log.
    if (!replay.isOver) {
      this.#then(() => rm(written, { force: true }));
      return;
    }
    const { phase, epoch, step } = place;
    const file = `checkpoint-a${log.attempt}-p${phase}-e${epoch}-s${step}.safetensors`;
    const stale = this.#replacedBefore;
    this.#replacedBefore = this.#replaced;
    this.#replaced = [];
    this.#buffer.flush();
    this.#then(async () => {
      const stored = await files.take(this.#place(file), written);
      const event: CheckpointEvent = { type, ...place, file, ...stored };
      await log.append([event]);
      const all = [...this.#checkpoints, event];
      this.#checkpoints = keptCheckpoints(all);
      const dropped = all.filter((one) => !this.#checkpoints.includes(one));
      await this.#remove([...stale, ...dropped.map((one) => one.file)]);
    });
  }

  /** Removes what only an attempt that goes on would need: there will be none. */
  async tidied(): Promise<void> {
    const stale = [...this.#replacedBefore.splice(0), ...this.#replaced.splice(0)];
    this.#then(() => this.#remove(stale));
    await this.settled();
  }

  /** Returns once everything reported so far is written, or writing has failed. */
  async settled(): Promise<void> {
    this.#buffer.flush();
    await this.#tail;
  }

  /** Writes nothing more: someone else has the run. */
  drop(): void {
    this.#failed = true;
    this.#buffer.drop();
  }

  /** Says whether the log did not know that file yet; then it is stored, and counts once the log says so. */
  #save(event: FileSavedEvent, store: () => Promise<unknown>): boolean {
    const facts = this.#options.replay.take(event);
    if (facts.length === 0) return false;
    this.#gotFurther = true;
    this.#buffer.flush();
    this.#then(async () => {
      await store();
      await this.#options.log.append(facts);
    });
    return true;
  }

  async #remove(files: readonly string[]): Promise<void> {
    for (const file of files) await this.#options.files.remove(this.#place(file));
  }

  #place(file: string): string {
    return `runs/${this.#options.runId}/${file}`;
  }

  #then(write: () => Promise<void>): void {
    this.#tail = this.#tail.then(async () => {
      if (this.#failed) return;
      try {
        await write();
      } catch (error) {
        this.drop();
        this.#options.onFailure(error);
      }
    });
  }
}
