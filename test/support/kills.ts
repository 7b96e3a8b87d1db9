import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './api.js';
import { followBatches, type Followed } from './follow.js';
import { ask } from './graphql.js';
import { eventually, importFolder, runReaches, startRun } from './runs.js';
import { subscribe } from './subscription.js';

/** Who dies without notice; `api` leaves the trainer to notice it. */
export type Victim = 'trainer' | 'api' | 'api and trainer';

export interface Kill {
  readonly victim: Victim;
  /** Resolves when it is time. */
  readonly moment: (run: DisturbedRun) => Promise<unknown>;
}

export interface DisturbedRun {
  readonly address: string;
  readonly id: string;
  readonly batches: Followed;
}

export interface DisturbedOptions {
  readonly dataDir: string;
  readonly folder: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** A run that ends first: the other one begins with its newest checkpoint, and it is deleted. */
  readonly parent?: Readonly<Record<string, unknown>>;
  readonly kills: readonly Kill[];
}

/** Everything that a run came to, times aside. */
export interface Disturbed {
  readonly outcome: unknown;
  /** Steps that a subscriber across all of it received, in order. */
  readonly received: readonly number[];
  /** For each attempt but the first: steps that it computed again. */
  readonly again: readonly number[];
  readonly events: readonly LoggedEvent[];
}

/** Trains on a folder to the run's end, and kills on the way. Linux only. */
export async function trainDisturbed(options: DisturbedOptions): Promise<Disturbed> {
  const { dataDir, folder, input, parent, kills } = options;
  let api = await Api.start({ dataDir });
  const port = new URL(api.address).port;
  try {
    const datasetId = await importFolder(api.address, folder);
    const begun = parent && (await trained(api.address, { datasetId, ...parent }));
    const from = begun && { from: begun.checkpoint };
    const id = await startRun(api.address, { datasetId, ...input, ...from });
    if (begun) await remove(api.address, begun.id);
    const batches = followBatches(api.address, id);
    for (const { victim, moment } of kills) {
      await moment({ address: api.address, id, batches });
      const trainers = await api.trainers();
      if (victim !== 'api') for (const pid of trainers) process.kill(pid, 'SIGKILL');
      if (victim === 'trainer') continue;
      await api.stop('SIGKILL');
      await eventually(() => Promise.resolve(trainers.every(isGone)));
      api = await Api.start({ dataDir, port });
    }
    await runReaches(api.address, id, ['SUCCEEDED']);
    const events = await eventsOf(api.address, id);
    return {
      outcome: await outcomeOf(api.address, id),
      received: await batches.ended,
      again: stepsAgain(events),
      events,
    };
  } finally {
    await api.stop('SIGKILL');
  }
}

/** Trains a run to its end, and says what its newest checkpoint is. */
async function trained(address: string, input: Readonly<Record<string, unknown>>) {
  const id = await startRun(address, input);
  await runReaches(address, id, ['SUCCEEDED']);
  const { run } = await ask<{ run: { checkpoints: { id: string }[] } }>(
    address,
    `query ($id: ID!) { run(id: $id) { checkpoints { id } } }`,
    { id },
  );
  return { id, checkpoint: run.checkpoints.at(-1)!.id };
}

async function remove(address: string, id: string): Promise<void> {
  await ask(address, `mutation ($id: ID!) { deleteRun(id: $id) { id } }`, { id });
}

/** Waits until the subscriber has seen a step. */
export const atStep =
  (step: number) =>
  async ({ batches }: DisturbedRun): Promise<void> => {
    await eventually(() => Promise.resolve((batches.seen().at(-1) ?? -1) >= step));
  };

/** Waits until the first learning-rate finder has tried so many rates. */
export const inLrFinder =
  (points: number) =>
  async ({ address, id }: DisturbedRun): Promise<void> => {
    await eventually(async () => {
      const { run } = await ask<{ run: { phases: { lrFinder: { indexes: number[] } | null }[] } }>(
        address,
        `query ($id: ID!) { run(id: $id) { phases { lrFinder { indexes } } } }`,
        { id },
      );
      const finder = run.phases.find(({ lrFinder }) => lrFinder !== null)?.lrFinder;
      return (finder?.indexes.length ?? 0) >= points;
    });
  };

/** Waits for an epoch's end, when weights, predictions and a checkpoint are being written. */
export const atEndOfEpoch =
  (count: number) =>
  async ({ address, id }: DisturbedRun): Promise<void> => {
    for (;;) {
      const { run } = await ask<{ run: { epochs: object[] } }>(
        address,
        `query ($id: ID!) { run(id: $id) { epochs { epoch } } }`,
        { id },
      );
      if (run.epochs.length >= count) return;
      await sleep(5);
    }
  };

export interface LoggedEvent {
  readonly __typename: string;
  readonly seq: number;
  readonly fromStep?: number;
  readonly steps?: readonly number[];
}

/** All of a run's log, once it has ended. */
export async function eventsOf(address: string, runId: string): Promise<readonly LoggedEvent[]> {
  const { received, ended } = subscribe<LoggedEvent>(address, {
    query: `subscription ($runId: ID!) { runEvents(runId: $runId) {
      __typename seq ... on AttemptStarted { fromStep } ... on BatchesTrained { steps }
    } }`,
    variables: { runId },
    field: 'runEvents',
  });
  await ended;
  return received;
}

function stepsAgain(events: readonly LoggedEvent[]): number[] {
  let next = 0;
  const again: number[] = [];
  for (const { steps, fromStep } of events) {
    if (steps !== undefined) next = Math.max(next, steps.at(-1)! + 1);
    if (fromStep !== undefined) again.push(next - fromStep);
  }
  return again.slice(1);
}

const SERIES = ['loss', 'smoothedLoss', 'learningRate', 'momentum'];

/** What a run came to, times aside. */
export async function outcomeOf(address: string, id: string): Promise<unknown> {
  const series = SERIES.map(
    (name) => `${name}: series(name: "${name}", maxPoints: 100000) { steps epochs last }`,
  );
  const { run } = await ask<{ run: unknown }>(
    address,
    `query ($id: ID!) { run(id: $id) {
      ${series.join('\n')}
      phases { index kind status lrFinder {
        indexes learningRates losses smoothedLosses stoppedBecause
        suggestions { method learningRate index note }
      } }
      epochs { epoch phase step trainLoss validLoss metrics { all { name value } } best }
      artifacts { kind epoch bytes sha256 }
      confusionMatrix { counts }
    } }`,
    { id },
  );
  return run;
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
