import { readFile } from 'node:fs/promises';
import type { Predictions } from '@whetstone/training';
import type { FileStore } from '../artifacts/file-store.js';
import { encodeJson } from '../json-codec.js';
import type { FileSavedEvent, RunFact } from '../runs/run-event.js';
import type { RunLog } from '../runs/run-log.js';
import { EventBuffer } from './event-buffer.js';

export interface RunRecorderOptions {
  readonly runId: string;
  readonly log: RunLog;
  readonly files: FileStore;
  /** Hears the first failure to write; nothing is written after it. */
  readonly onFailure: (error: unknown) => void;
}

/** Writes what a trainer reports, in order: facts into the log, files into the file store. */
export class RunRecorder {
  readonly #runId: string;
  readonly #log: RunLog;
  readonly #files: FileStore;
  readonly #onFailure: (error: unknown) => void;
  readonly #buffer: EventBuffer;
  #tail: Promise<void> = Promise.resolve();
  #failed = false;
  #bestWeights: string | undefined;

  constructor({ runId, log, files, onFailure }: RunRecorderOptions) {
    this.#runId = runId;
    this.#log = log;
    this.#files = files;
    this.#onFailure = onFailure;
    this.#buffer = new EventBuffer((facts) => {
      this.#then(() => this.#log.append(facts));
    });
  }

  fact(fact: RunFact): void {
    this.#buffer.add(fact);
  }

  predictions(phase: number, epoch: number, predictions: Predictions): void {
    const file = `predictions-a${this.#log.attempt}-e${epoch}.json`;
    const content = Buffer.from(encodeJson(predictions));
    this.#save({ kind: 'predictions', phase, epoch, file }, () => Promise.resolve(content));
  }

  /** Takes over a file that the trainer has written. */
  bestWeights(epoch: number, written: string): void {
    const file = `best-a${this.#log.attempt}-e${epoch}.safetensors`;
    this.#save({ kind: 'best-weights', phase: null, epoch, file }, () => readFile(written));
    const before = this.#bestWeights;
    this.#bestWeights = file;
    // The older file goes once the log no longer points to it.
    if (before !== undefined) this.#then(() => this.#files.remove(this.#place(before)));
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

  #save(
    file: Omit<FileSavedEvent, 'type' | 'sha256' | 'bytes'>,
    content: () => Promise<Uint8Array>,
  ): void {
    this.#buffer.flush();
    this.#then(async () => {
      const stored = await this.#files.write(this.#place(file.file), await content());
      await this.#log.append([{ type: 'file-saved', ...file, ...stored }]);
    });
  }

  #place(file: string): string {
    return `runs/${this.#runId}/${file}`;
  }

  #then(write: () => Promise<void>): void {
    this.#tail = this.#tail.then(async () => {
      if (this.#failed) return;
      try {
        await write();
      } catch (error) {
        this.drop();
        this.#onFailure(error);
      }
    });
  }
}
