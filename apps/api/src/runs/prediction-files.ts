import type { Predictions } from '@whetstone/training';
import type { FileStore } from '../artifacts/file-store.js';
import { BoundedMap } from '../bounded-map.js';
import { decodeJson } from '../json-codec.js';
import type { FileSavedEvent } from './run-event.js';
import type { RunState } from './run-state.type.js';

/** Files kept in memory: a slider over epochs goes back and forth. */
const FILES_KEPT = 32;

/** Reads what a run’s model said about the valid split, by epoch. */
export class PredictionFiles {
  readonly #files: FileStore;
  readonly #read = new BoundedMap<string, Promise<Predictions | undefined>>(FILES_KEPT);

  constructor(files: FileStore) {
    this.#files = files;
  }

  /** Predictions after an epoch, the last one if not said; undefined if there are none. */
  async find(
    runId: string,
    state: RunState,
    epoch: number | null,
  ): Promise<{ readonly epoch: number; readonly predictions: Predictions } | undefined> {
    const file = predictionsFile(state, epoch);
    if (file === undefined) return undefined;
    const place = `runs/${runId}/${file.file}`;
    const reading = this.#read.getOrMake(place, () => this.#load(place));
    reading.catch(() => {
      this.#read.delete(place);
    });
    const predictions = await reading;
    return predictions && { epoch: file.epoch, predictions };
  }

  async #load(place: string): Promise<Predictions | undefined> {
    const content = await this.#files.read(place);
    // The cast trusts a file that the worker has written and the log names.
    return content && (decodeJson(content.toString('utf8')) as Predictions);
  }
}

function predictionsFile({ files }: RunState, epoch: number | null): FileSavedEvent | undefined {
  const predictions = files.filter(({ kind }) => kind === 'predictions');
  if (epoch !== null) return predictions.findLast((file) => file.epoch === epoch);
  return predictions.reduce<FileSavedEvent | undefined>(
    (last, file) => (last === undefined || file.epoch >= last.epoch ? file : last),
    undefined,
  );
}
