import { afterAll, describe, expect, it } from 'vitest';
import { Cluster, noCluster } from './support/cluster.js';
import { followBatches } from './support/follow.js';
import { eventsOf, outcomeOf } from './support/kills.js';
import { removeFolders } from './support/program.js';
import { eventually, importFolder, runReaches, shapesFolder, startRun } from './support/runs.js';

/** 72 shapes, a quarter of them valid: 6 batches an epoch. */
const BATCHES = 6;
const EPOCHS = 3;
const input = {
  imageSize: 64,
  batchSize: 9,
  phases: [{ unfreeze: {} }, { fit: { epochs: EPOCHS, learningRate: 1e-3 } }],
};

const suite = noCluster === null ? describe : describe.skip;

suite(noCluster === null ? 'Two APIs and two workers' : `Two APIs (${noCluster})`, () => {
  afterAll(removeFolders);

  it('bring every run to its end, each event once, whoever dies', async () => {
    const cluster = await Cluster.start({ apis: 2, workers: 2 });
    try {
      const [one, two] = cluster.apis.map(({ address }) => address) as [string, string];
      const datasetId = await importFolder(one, await shapesFolder());
      const ids = await Promise.all(
        [one, two, one, two].map((api) => startRun(api, { datasetId, ...input })),
      );
      // Whoever follows asks another API than the one that started it.
      const followed = ids.map((id, index) => followBatches(index % 2 === 0 ? two : one, id));
      await eventually(() => Promise.resolve(followed.some((run) => run.seen().length >= BATCHES)));
      await cluster.killWorker(cluster.workers[0]!);
      await cluster.redis.kill();
      await cluster.redis.startAgain();
      await cluster.restartApi(1);
      await cluster.addWorker();

      for (const id of ids) await runReaches(one, id, ['SUCCEEDED']);
      const steps = Array.from({ length: EPOCHS * BATCHES }, (_, step) => step);
      for (const { ended } of followed) expect(await ended).toEqual(steps);
      const first = await outcomeOf(two, ids[0]!);
      let attempts = 0;
      for (const id of ids) {
        const events = await eventsOf(two, id);
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, seq) => seq));
        expect(events.map((event) => event.__typename)).not.toContain('Rewound');
        attempts += events.filter((event) => event.__typename === 'AttemptStarted').length;
        // They are all the same run, and one of them was cut off.
        expect(await outcomeOf(one, id)).toEqual(first);
      }
      expect(attempts).toBeGreaterThan(ids.length);
    } finally {
      await cluster.close();
    }
  });
});
