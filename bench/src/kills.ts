import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  atEndOfEpoch,
  type Disturbed,
  inLrFinder,
  type Kill,
  trainDisturbed,
  type Victim,
} from '../../test/support/kills.js';
import { removeFolders, temporaryFolder } from '../../test/support/program.js';
import { shapesFolder } from '../../test/support/runs.js';
import { buildApi } from './api-process.js';
import { measuredHere } from './comparison/report/machine.js';
import { writeMeasured } from './measured-page.js';

const KILLS = 50;
const KILLS_A_RUN = 5;
const VICTIMS: readonly Victim[] = ['trainer', 'api', 'api and trainer'];
const EPOCHS = { frozen: 3, whole: 4 };
const POINTS = 30;
const input = {
  imageSize: 64,
  batchSize: 9,
  phases: [
    { lrFind: { steps: POINTS } },
    { fit: { epochs: EPOCHS.frozen, suggestion: 'VALLEY', learningRate: 1e-3 } },
    { unfreeze: {} },
    { fit: { epochs: EPOCHS.whole, learningRateRange: { min: 1e-5, max: 1e-3 } } },
  ],
};

/**
 * Kills at random moments and compares with an undisturbed run: `npm run bench -- kills [COUNT]`.
 * Of each five, one comes in the learning-rate finder and one as an epoch's files are being written.
 * Without a count of one's own, the table is written into docs/going-on.md as well. Linux only.
 */
export async function measure([count]: readonly string[]): Promise<void> {
  const wanted = count === undefined ? KILLS : Number(count);
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new Error(`Expected a number of kills, received ${String(count)}`);
  buildApi();
  const where = await measuredHere();
  const results: Result[] = [];
  try {
    const folder = await shapesFolder();
    const started = performance.now();
    const undisturbed = await train(folder, []);
    const lengthMs = performance.now() - started;
    for (let run = 0; run * KILLS_A_RUN < wanted; run += 1) {
      const kills = killsOf(run, {
        lengthMs,
        count: Math.min(KILLS_A_RUN, wanted - run * KILLS_A_RUN),
      });
      const disturbed = await train(folder, kills);
      const result = { victims: kills.map(({ victim }) => victim), disturbed };
      results.push({ ...result, isEqual: isEqual(disturbed, undisturbed) });
      console.log(sentence(results.at(-1)!));
    }
  } finally {
    await removeFolders();
  }
  const table = tableOf(results);
  console.log(`\n${table}`);
  if (results.some((result) => !result.isEqual)) process.exitCode = 1;
  if (count === undefined) await writeMeasured('going-on.md', 'kills', `${where}\n\n${table}`);
}

interface Result {
  readonly victims: readonly Victim[];
  readonly disturbed: Disturbed;
  readonly isEqual: boolean;
}

async function train(folder: string, kills: readonly Kill[]): Promise<Disturbed> {
  return trainDisturbed({ dataDir: await temporaryFolder('data'), folder, input, kills });
}

/** Drawn from the run's number, so that a failure can be seen again. */
function killsOf(run: number, { lengthMs, count }: { lengthMs: number; count: number }): Kill[] {
  const random = (name: string) =>
    createHash('sha256').update(`${run} ${name}`).digest().readUInt32BE() / 2 ** 32;
  return Array.from({ length: count }, (_, index): Kill => {
    // Never three times in a row the trainer, which would rightly fail the run.
    const victim =
      VICTIMS[Math.floor(random(`victim ${index}`) * (index % 2 === 0 ? 3 : 2)) + (index % 2)]!;
    if (index === 0)
      return { victim, moment: inLrFinder(1 + Math.floor(random('point') * POINTS)) };
    if (index === 2)
      return { victim, moment: atEndOfEpoch(1 + Math.floor(random('epoch') * EPOCHS.frozen)) };
    return { victim, moment: () => sleep(random(`moment ${index}`) * lengthMs * 0.5) };
  });
}

function isEqual(disturbed: Disturbed, undisturbed: Disturbed): boolean {
  const { outcome, received, events } = disturbed;
  return (
    isDeepStrictEqual(outcome, undisturbed.outcome) &&
    isDeepStrictEqual(received, undisturbed.received) &&
    events.every(({ seq }, index) => seq === index) &&
    !events.some((event) => event.__typename === 'Rewound')
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function sentence({ victims, disturbed: { again }, isEqual: equal }: Result): string {
  return `${equal ? 'equal' : 'DIFFERENT'}: killed ${victims.join(', ')}; computed again ${again.join(', ')}`;
}

function tableOf(results: readonly Result[]): string {
  const again = results.flatMap(({ disturbed }) => disturbed.again);
  const victims = results.flatMap((result) => result.victims);
  const killed = VICTIMS.map(
    (victim) => `${victims.filter((one) => one === victim).length} ${victim}`,
  );
  const batches = results[0]!.disturbed.received.length;
  return [
    '| runs | kills | equal to the undisturbed run | steps of a run | steps computed twice, a kill | most |',
    '| --- | --- | --- | --- | --- | --- |',
    `| ${[
      results.length,
      `${victims.length}: ${killed.join(', ')}`,
      `${results.filter((result) => result.isEqual).length} of ${results.length}`,
      batches,
      (sum(again) / Math.max(again.length, 1)).toFixed(1),
      Math.max(0, ...again),
    ].join(' | ')} |`,
  ].join('\n');
}
