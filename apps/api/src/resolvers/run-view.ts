import type { Data, Run } from '@whetstone/schema';
import type { RunFolds } from '../runs/run-folds.js';
import type { RunState } from '../runs/run-state.type.js';
import type { RunRecord } from '../runs/run-store.js';

/** A run as resolvers see it. All fields of one answer are of the same moment. */
export class RunView implements Data<Run> {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly notes: string;
  readonly starred: boolean;
  readonly demo: boolean;
  readonly createdAt: number;
  readonly datasetVersion: number;
  readonly architecture: string;
  readonly record: RunRecord;
  readonly #folds: RunFolds;
  #state: Promise<RunState> | undefined;

  constructor(record: RunRecord, folds: RunFolds) {
    this.id = record.id;
    this.name = record.name;
    this.tags = record.tags;
    this.notes = record.notes;
    this.starred = record.starred;
    this.demo = record.demo;
    this.createdAt = record.createdAt;
    this.datasetVersion = record.datasetVersion;
    this.architecture = record.settings.architecture;
    this.record = record;
    this.#folds = folds;
  }

  state(): Promise<RunState> {
    this.#state ??= this.#folds.state(this.record);
    return this.#state;
  }
}
