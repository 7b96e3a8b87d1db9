import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, noCluster } from '../../test/support/cluster.js';
import { followBatches, type Followed } from '../../test/support/follow.js';
import { eventsOf, outcomeOf } from '../../test/support/kills.js';
import { removeFolders } from '../../test/support/program.js';
import { importFolder, runReaches, shapesFolder, startRun } from '../../test/support/runs.js';
import { buildApi } from './api-process.js';
import { measuredHere } from './comparison/report/machine.js';
import { writeMeasured } from './measured-page.js';

const RUNS = 20;
const WORKERS = 3;
const FREEZE_MS = 90_000;
const REDIS_GONE_MS = 60_000;
const PAUSE_MS = { least: 4_000, most: 14_000 };
const EPOCHS = 8;
/** 72 shapes, a quarter of them valid, in batches of 9. */
const STEPS = EPOCHS * 6;
const input = {
  imageSize: 64,
  batchSize: 9,
  phases: [{ unfreeze: {} }, { fit: { epochs: EPOCHS, learningRate: 1e-3 } }],
};

/** What befalls the processes, one after the other at random; some of it takes a while, beside the rest. */
const disturbances: Readonly<Record<string, (cluster: Cluster, pick: number) => Promise<void>>> = {
  'worker killed': killWorker,
  'worker frozen for 90 s': freezeWorker,
  'worker ended': endWorker,
  'API restarted': (cluster, pick) => cluster.restartApi(pick % cluster.apis.length),
  'Redis gone for 60 s': loseRedis,
};

/**
 * Twenty runs on two APIs and three workers that are killed, frozen, ended and restarted at random,
 * as is Redis: `npm run bench -- processes [RUNS]`. All runs have the same settings and seed, so they
 * have to end with the same numbers. Without a number of one's own, the table is written into
 * docs/several-processes.md as well. Linux only.
 */
export async function measure([count]: readonly string[]): Promise<void> {
  const runs = count === undefined ? RUNS : Number(count);
  if (!Number.isInteger(runs) || runs < 2)
    throw new Error(`Expected a number of runs, 2 or more, received ${String(count)}`);
  if (noCluster !== null) throw new Error(`Expected what this needs, received: ${noCluster}`);
  buildApi();
  const where = await measuredHere();
  const cluster = await Cluster.start({ apis: 2, workers: WORKERS });
  try {
    const table = tableOf(await disturbed(cluster, runs));
    console.log(`\n${table}`);
    if (count === undefined)
      await writeMeasured('several-processes.md', 'processes', `${where}\n\n${table}`);
  } finally {
    await cluster.close();
    await removeFolders();
  }
}

interface Result {
  readonly happened: ReadonlyMap<string, number>;
  readonly runs: readonly RunResult[];
}

interface RunResult {
  readonly attempts: number;
  readonly events: number;
  /** Its numbers are those of the first run, its events follow one another, and each step was seen once. */
  readonly isRight: boolean;
}

async function disturbed(cluster: Cluster, count: number): Promise<Result> {
  const [one, two] = cluster.apis.map(({ address }) => address) as [string, string];
  const datasetId = await importFolder(one, await shapesFolder());
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1)
    ids.push(await startRun(index % 2 === 0 ? one : two, { datasetId, ...input }));
  const followed = ids.map((id, index) => followBatches(index % 2 === 0 ? two : one, id));
  const all = Promise.all(followed.map(({ ended }) => ended)).then(() => 'ended' as const);
  const happened = await disturb(cluster, all);
  for (const id of ids) await runReaches(one, id, ['SUCCEEDED']);
  const first = await outcomeOf(one, ids[0]!);
  const runs = [];
  for (const [index, id] of ids.entries())
    runs.push(await resultOf({ address: one, id, followed: followed[index]!, first }));
  return { happened, runs };
}

/** Drawn from a count, so that the order can be seen again. */
async function disturb(
  cluster: Cluster,
  all: Promise<'ended'>,
): Promise<ReadonlyMap<string, number>> {
  const happened = new Map<string, number>();
  const underWay = new Map<string, Promise<void>>();
  for (let turn = 0; ; turn += 1) {
    const pause = PAUSE_MS.least + random(turn, 'pause') * (PAUSE_MS.most - PAUSE_MS.least);
    if ((await Promise.race([all, sleep(pause)])) === 'ended') break;
    const names = Object.keys(disturbances).filter((name) => !underWay.has(name));
    const name = names[Math.floor(random(turn, 'what') * names.length)];
    if (name === undefined) continue;
    console.log(name);
    happened.set(name, (happened.get(name) ?? 0) + 1);
    const pick = Math.floor(random(turn, 'whom') * 1000);
    const doing = disturbances[name]!(cluster, pick).finally(() => underWay.delete(name));
    underWay.set(name, doing);
  }
  await Promise.all(underWay.values());
  return happened;
}

function random(turn: number, name: string): number {
  return createHash('sha256').update(`${turn} ${name}`).digest().readUInt32BE() / 2 ** 32;
}

async function killWorker(cluster: Cluster, pick: number): Promise<void> {
  await cluster.killWorker(cluster.workers[pick % cluster.workers.length]!);
  await cluster.addWorker();
}

async function freezeWorker(cluster: Cluster, pick: number): Promise<void> {
  const worker = cluster.workers[pick % cluster.workers.length]!;
  worker.signal('SIGSTOP');
  await sleep(FREEZE_MS);
  worker.signal('SIGCONT');
}

async function endWorker(cluster: Cluster, pick: number): Promise<void> {
  const [worker] = cluster.workers.splice(pick % cluster.workers.length, 1);
  // One that is frozen hears it once it wakes up.
  const ended = worker!.stop();
  await cluster.addWorker();
  await ended;
}

async function loseRedis(cluster: Cluster): Promise<void> {
  await cluster.redis.kill();
  await sleep(REDIS_GONE_MS);
  await cluster.redis.startAgain();
}

interface Ended {
  readonly address: string;
  readonly id: string;
  readonly followed: Followed;
  readonly first: unknown;
}

async function resultOf({ address, id, followed, first }: Ended): Promise<RunResult> {
  const events = await eventsOf(address, id);
  const steps = await followed.ended;
  return {
    attempts: events.filter((event) => event.__typename === 'AttemptStarted').length,
    events: events.length,
    isRight:
      isDeepStrictEqual(await outcomeOf(address, id), first) &&
      steps.length === STEPS &&
      steps.every((step, index) => step === index) &&
      events.every(({ seq }, index) => seq === index) &&
      !events.some((event) => event.__typename === 'Rewound'),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function tableOf({ happened, runs }: Result): string {
  const right = runs.filter(({ isRight }) => isRight).length;
  if (right < runs.length) process.exitCode = 1;
  const rows = [
    ['what happened', [...happened].map(([name, times]) => `${name}: ${times}`).join(', ')],
    [
      'runs that succeeded, with equal numbers and each event and step once',
      `${right} of ${runs.length}`,
    ],
    ['attempts', `${sum(runs.map(({ attempts }) => attempts))}`],
    ['events', sum(runs.map(({ events }) => events)).toLocaleString('en')],
  ];
  return ['| | |', '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}
