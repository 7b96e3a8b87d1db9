import { createHash } from 'node:crypto';
import { architecture, type Phase, weightsAvailability } from '@whetstone/training';
import type { Data, StartRunInput } from '@whetstone/schema';
import type { FileStore } from '../artifacts/file-store.js';
import type { DatasetService } from '../datasets/dataset-service.js';
import type { DatasetRecord, DatasetVersionRecord } from '../datasets/dataset-store.js';
import { badInput, DomainError } from '../errors.js';
import { freshId } from '../ids.js';
import { type Queue, waitingRun } from '../queue/queue.js';
import { existingRun, type RunFolds } from './run-folds.js';
import { nameFrom, tagsFrom } from './run-labels.js';
import { RunLog } from './run-log.js';
import { ClientKeyTakenError, type NewRun, type RunRecord, type RunStore } from './run-store.js';
import { settingsFromInput } from './settings-from-input.js';
import { assertSameClasses, copyFor, findOrigin, type Origin } from './starting-checkpoint.js';
import type { WakeBus } from './wake-bus.js';

export interface RunServiceOptions {
  readonly store: RunStore;
  readonly folds: RunFolds;
  readonly files: FileStore;
  readonly datasets: DatasetService;
  readonly queue: Queue;
  readonly bus: WakeBus;
  readonly cacheDir: string;
}

export interface StartOptions {
  /** The program starts it by itself, behind people’s runs. */
  readonly demo?: boolean;
  /** Phases instead of those that the input stands for. */
  readonly phases?: readonly Phase[];
}

/** Starts and stops runs. */
export class RunService {
  readonly #store: RunStore;
  readonly #folds: RunFolds;
  readonly #files: FileStore;
  readonly #datasets: DatasetService;
  readonly #queue: Queue;
  readonly #bus: WakeBus;
  readonly #cacheDir: string;

  constructor({ store, folds, files, datasets, queue, bus, cacheDir }: RunServiceOptions) {
    this.#store = store;
    this.#folds = folds;
    this.#files = files;
    this.#datasets = datasets;
    this.#queue = queue;
    this.#bus = bus;
    this.#cacheDir = cacheDir;
  }

  /** Queues a run and returns it at once. */
  async start(
    input: Data<StartRunInput>,
    { demo = false, phases }: StartOptions = {},
  ): Promise<RunRecord> {
    const inputHash = hashOf(input);
    const clientKey = input.clientKey ?? null;
    const earlier = clientKey === null ? undefined : await this.#earlier(clientKey, inputHash);
    if (earlier !== undefined) return earlier;

    const origin = input.from == null ? undefined : await findOrigin(input.from, this.#origins);
    const settings = settingsFromInput(input, origin);
    const dataset = await this.#datasets.find(input.datasetId);
    const version = await this.#readyVersion(dataset, versionWanted(input, origin));
    if (origin === undefined) await this.#assertWeights(settings.architecture);
    else await this.#assertKnown(version, origin);
    const createdAt = Date.now();
    const run = {
      id: freshId('run', createdAt),
      name: nameFor(input, dataset.name),
      tags: tagsFrom(input.tags ?? []),
      notes: '',
      starred: false,
      demo,
      createdAt,
      datasetId: dataset.id,
      datasetVersion: version.version,
      settings: {
        ...settings,
        ...(phases && { phases }),
        ...splitSizes(version, settings.validShare),
      },
      clientKey,
      inputHash,
    };
    try {
      return await this.#queueNew(await this.#create(run, origin));
    } catch (error) {
      // Two starts with one key at the same moment: the other one was faster.
      const winner =
        error instanceof ClientKeyTakenError && clientKey !== null
          ? await this.#earlier(clientKey, inputHash)
          : undefined;
      if (winner === undefined) throw error;
      return winner;
    }
  }

  /** With its own copy of the checkpoint that it begins with, if it does. */
  async #create(run: NewRun, origin: Origin | undefined): Promise<RunRecord> {
    if (origin === undefined) return this.#store.create(run);
    try {
      const from = await copyFor(run.id, origin, this.#files);
      return await this.#store.create({ ...run, settings: { ...run.settings, from } });
    } catch (error) {
      await this.#files.removeFolder(`runs/${run.id}`);
      throw error;
    }
  }

  async #queueNew(run: RunRecord): Promise<RunRecord> {
    const log = RunLog.ofNew(run, { store: this.#store, bus: this.#bus });
    await log.append([{ type: 'status', status: 'queued', reason: null, error: null }]);
    await this.#queue.add(waitingRun(run));
    return existingRun(this.#store, run.id);
  }

  async #earlier(clientKey: string, inputHash: string): Promise<RunRecord | undefined> {
    const run = await this.#store.findByClientKey(clientKey);
    if (run === undefined || run.inputHash === inputHash) return run;
    throw new DomainError(
      'CONFLICT',
      `Expected the input that \`clientKey\` ${JSON.stringify(clientKey)} was first used with, received another one. Choose a new key for a new run`,
      { field: 'input.clientKey' },
    );
  }

  async #readyVersion(
    dataset: DatasetRecord,
    number: number | null,
  ): Promise<DatasetVersionRecord> {
    if (dataset.status !== 'ready') {
      const fix =
        dataset.status === 'importing'
          ? 'Wait until its import is done'
          : `Its import failed: ${dataset.error?.message ?? 'for an unknown reason'}`;
      throw new DomainError(
        'DATASET_NOT_READY',
        `Expected a dataset that is READY, received "${dataset.name}", which is ${dataset.status.toUpperCase()}. ${fix}`,
        { field: 'input.datasetId' },
      );
    }
    const version = await this.#datasets.version(dataset, number ?? dataset.version);
    if (version !== undefined) return version;
    throw badInput('version', {
      expected: `a version of "${dataset.name}", 1 to ${dataset.version}`,
      received: number,
    });
  }

  get #origins() {
    return { store: this.#store, folds: this.#folds };
  }

  async #assertKnown(version: DatasetVersionRecord, { parent }: Origin): Promise<void> {
    const trained = await this.#datasets.find(parent.datasetId);
    const known = await this.#datasets.version(trained, parent.datasetVersion);
    if (known !== undefined) assertSameClasses(known, version);
  }

  async #assertWeights(name: string): Promise<void> {
    const { status, sentence } = await weightsAvailability(architecture(name), {
      cacheDir: this.#cacheDir,
    });
    if (status === 'unavailable')
      throw new DomainError(
        'WEIGHTS_MISSING',
        `Expected an architecture with pretrained weights, received ${name}. ${sentence}`,
        { field: 'input.architecture' },
      );
  }
}

/** The version that a checkpoint was trained on, unless another one or another dataset is said. */
function versionWanted(
  { version, datasetId }: Data<StartRunInput>,
  origin: Origin | undefined,
): number | null {
  if (version != null) return version;
  return origin?.parent.datasetId === datasetId ? origin.parent.datasetVersion : null;
}

function hashOf(input: Data<StartRunInput>): string {
  const given = Object.entries(input).filter(([, value]) => value !== null);
  const sorted = given.sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

const recipeTitles = {
  'lr-find': 'learning rate',
  head: 'head',
  'fine-tune': 'fine-tune',
  'chapter-five': 'chapter five',
  extend: 'extended',
} as const;

function nameFor(input: Data<StartRunInput>, datasetName: string): string {
  const own = nameFrom(input.name ?? '');
  if (own !== '') return own;
  const what = input.phases ? 'own phases' : recipeTitles[input.recipe ?? 'fine-tune'];
  return `${datasetName}, ${what}`;
}

function splitSizes(version: DatasetVersionRecord, validShare: number | null) {
  if (validShare === null)
    return { trainItems: version.trainCount, validItems: version.validCount };
  const validItems = Math.floor(validShare * version.itemCount);
  if (validItems >= 1 && validItems < version.itemCount) {
    return { trainItems: version.itemCount - validItems, validItems };
  }
  throw badInput('validShare', {
    expected: `large enough for one item of ${version.itemCount}`,
    received: validShare,
    fix: 'The valid split would be empty. Choose a larger share',
  });
}
