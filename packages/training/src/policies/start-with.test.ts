import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchSource, Loaders } from '../data/batch.js';
import { useNativeEngine } from '../engine/native.js';
import { readCheckpoint, writeCheckpoint } from '../learner/checkpoint.js';
import type { Learner } from '../learner/learner.js';
import { startingState } from '../learner/learner-state.js';
import { registerArchitecture } from '../model/architecture.js';
import type { FrozenBody } from '../model/vision-model.js';
import { type ImageFolder, makeImageFolder } from '../testing/image-folder.js';
import { shapeLoaders } from '../testing/shape-loaders.js';
import { tinyBody } from '../testing/tiny-body.js';
import { fewShapes, withLearner } from '../testing/with-learner.js';
import type { Phase } from './phase.js';
import { fitDefaults } from './recipes.js';
import type { CheckpointPlace, RunJob } from './run-job.js';
import { runPhases } from './run-phases.js';
import { CheckpointMismatchError, startWith } from './start-with.js';
import { trainRun, type TrainRunOptions } from './train-run.js';

const twin = { ...tinyBody, name: 'tiny-twin' };
let images: ImageFolder;

beforeAll(async () => {
  await useNativeEngine();
  registerArchitecture(tinyBody);
  registerArchitecture(twin);
  images = await makeImageFolder();
});
afterAll(() => images.remove());

const fit = (epochs: number): Phase => ({
  ...fitDefaults,
  schedule: 'constant',
  epochs,
  learningRate: { kind: 'rate', rate: 1e-2 },
});
const unfreeze: Phase = { kind: 'unfreeze', from: 0 };

interface Report {
  readonly type?: string;
  readonly [name: string]: unknown;
}
interface Checkpoint extends CheckpointPlace {
  readonly file: Uint8Array;
  readonly reported: number;
}

/** Everything that a run reports but times, in order, and its checkpoints. */
function recorder() {
  const reports: Report[] = [];
  const checkpoints: Checkpoint[] = [];
  const reporter = {
    event: (event: object) => reports.push(timeless(event)),
    predictions: (...said: unknown[]) => reports.push({ said }),
    bestWeights: (epoch: number, step: number, file: Uint8Array) =>
      reports.push({ epoch, step, sha256: sha256(file) }),
    checkpoint: (place: CheckpointPlace, file: Uint8Array) =>
      checkpoints.push({ ...place, file, reported: reports.length }),
  };
  return { reports, checkpoints, reporter };
}

async function train(job: Partial<RunJob>, options: TrainRunOptions = {}) {
  const { reporter, ...said } = recorder();
  await trainRun({ ...images.job(), checkpointSeconds: 0, ...job }, reporter, options);
  return said;
}

async function continued(learner: Learner, phases: readonly Phase[]) {
  const { reporter, ...said } = recorder();
  await runPhases(learner, phases, { reporter, checkpointSeconds: 0 });
  return said;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const timeless = (event: object): Report =>
  Object.fromEntries(Object.entries(event).filter(([key]) => !['times', 'seconds'].includes(key)));
const lossesOf = (reports: readonly Report[]): unknown[] =>
  reports.filter(({ type }) => type === 'batches').flatMap(({ losses }) => losses);

/** A checkpoint of a run whose head was trained, then everything. */
async function trained(frozenBody: FrozenBody): Promise<string> {
  const { checkpoints } = await train({ frozenBody, phases: [fit(1), unfreeze, fit(1)] });
  const file = images.at(`trained-${frozenBody}`);
  await writeFile(file, checkpoints.at(-1)!.file);
  return file;
}

describe.each(['cached', 'live'] as const)(
  "a run with a %s body that begins with another's checkpoint",
  (frozenBody) => {
    it('is what a learner is that took up that state, at step and epoch 0', async () => {
      const startFrom = await trained(frozenBody);
      // No pretrained weights are needed.
      const job = { frozenBody, startFrom, seed: 42, cacheDir: images.at('nowhere') };
      const run = await train({ ...job, phases: [fit(2)] });
      const { state } = readCheckpoint(await readFile(startFrom));
      const same = await withLearner(
        (learner) => {
          learner.load({ ...state, step: 0, epoch: 0 });
          return continued(learner, [fit(2)]);
        },
        { frozenBody },
        images.loaders(),
      );
      expect(run.reports[0]).toMatchObject({ firstStep: 0, firstEpoch: 0, trainableGroups: 3 });
      expect(run.reports).toEqual(same.reports);
    });

    it('goes on from any of its own checkpoints as if nothing had happened, bit for bit', async () => {
      const startFrom = await trained(frozenBody);
      const phases = [fit(1), { kind: 'freeze', upTo: -1 }, fit(1)] as const;
      const job = { frozenBody, startFrom, cacheDir: images.at('nowhere'), phases };
      const whole = await train(job);
      await rm(startFrom);
      // One after each of two batches, and one after each epoch.
      expect(whole.checkpoints).toHaveLength(6);
      for (const { file, reported } of whole.checkpoints) {
        const rest = await train(job, { from: file });
        expect(rest.reports).toEqual(whole.reports.slice(reported));
      }
    });
  },
);

/** The same samples, an epoch later. */
function oneEpochLater({ train: source, ...loaders }: Loaders): Loaders {
  const { length, itemCount } = source;
  const later: BatchSource = {
    length,
    itemCount,
    batches: (epoch, first) => source.batches(epoch + 1, first),
  };
  return { ...loaders, train: later };
}

describe('startWith', () => {
  it('makes of one fit two, which take the same steps', async () => {
    // Dropout is drawn by step, which counts anew.
    const options = { dropout: 0 };
    const whole = await withLearner((learner) => continued(learner, [fit(2)]), options);
    const first = await withLearner((learner) => continued(learner, [fit(1)]), options);
    const second = await withLearner(
      (learner) => {
        startWith(learner, first.checkpoints.at(-1)!.file);
        return continued(learner, [fit(1)]);
      },
      { ...options, seed: 7 },
      oneEpochLater(fewShapes()),
    );
    expect([...lossesOf(first.reports), ...lossesOf(second.reports)]).toEqual(
      lossesOf(whole.reports),
    );
    const [one, two] = [whole, second].map(({ checkpoints }) => {
      const { state } = readCheckpoint(checkpoints.at(-1)!.file);
      return sha256(writeCheckpoint(startingState(state), null));
    });
    expect(two).toBe(one);
  });

  it.each([
    ['other classes', {}, ['circle', 'triangle'], 'the classes "circle", "triangle"'],
    ['another architecture', { architecture: twin }, ['circle', 'square'], 'tiny-twin'],
  ] as const)('refuses a checkpoint of %s', async (...[, options, classes, expected]) => {
    const said = await withLearner((learner) => continued(learner, [fit(1)]));
    const { file } = said.checkpoints.at(-1)!;
    await withLearner(
      (learner) => {
        expect(() => {
          startWith(learner, file);
        }).toThrow(CheckpointMismatchError);
        expect(() => {
          startWith(learner, file);
        }).toThrow(`Expected a checkpoint of ${expected}`);
      },
      options,
      shapeLoaders({ classes }),
    );
  });

  it('refuses one that does not say what it is of, and whose shapes differ', async () => {
    const file = await withLearner((learner) => writeCheckpoint(learner.state(), null));
    await withLearner(
      (learner) => {
        expect(() => {
          startWith(learner, file);
        }).toThrow('another network or of other classes');
      },
      {},
      shapeLoaders(),
    );
  });

  it.each([
    ['damaged', new Uint8Array(100)],
    ['gone', null],
  ])('fails a run whose checkpoint is %s', async (what, content) => {
    const startFrom = images.at(what);
    if (content !== null) await writeFile(startFrom, content);
    await expect(train({ startFrom })).rejects.toMatchObject({ code: 'CHECKPOINT_UNREADABLE' });
  });
});
