import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { Cluster, noCluster } from './support/cluster.js';
import { followBatches, followEvents } from './support/follow.js';
import { post } from './support/graphql.js';
import { eventsOf } from './support/kills.js';
import { removeFolders } from './support/program.js';
import { eventually, importFolder, runReaches, shapesFolder, startRun } from './support/runs.js';

/** 72 shapes, a quarter of them valid: 6 batches an epoch. */
const BATCHES = 6;
const EPOCHS = 14;
/** Subscribers of each kind on each API. */
const EACH = 5;
const QUESTION = '{ runs { totalCount edges { node { id status lastSeq } } } }';

const suite = noCluster === null ? describe : describe.skip;

suite(noCluster === null ? 'A rolling restart' : `A rolling restart (${noCluster})`, () => {
  afterAll(removeFolders);

  it('of two APIs under load loses nothing of what anybody follows, and leaves no question unanswered', async () => {
    const cluster = await Cluster.start({ apis: 2, workers: 1 });
    const addresses = cluster.apis.map(({ address }) => address);
    const [one, two] = addresses as [string, string];
    const done = new AbortController();
    try {
      const datasetId = await importFolder(one, await shapesFolder());
      const id = await startRun(one, {
        datasetId,
        imageSize: 64,
        batchSize: 9,
        phases: [{ unfreeze: {} }, { fit: { epochs: EPOCHS, learningRate: 1e-3 } }],
      });
      const each = Array.from({ length: EACH }, () => addresses).flat();
      const batches = each.map((address) => followBatches(address, id));
      const events = each.map((address) => followEvents(address, id));
      const asking = askAgainAndAgain(addresses, done.signal);
      const follow = (count: number) =>
        eventually(() => Promise.resolve(batches.every((one) => one.seen().length > count)));

      await follow(0);
      for (const index of [0, 1]) {
        const before = batches[0]!.seen().length;
        await cluster.restartApi(index);
        // The other one goes only when this one has its subscribers back.
        await follow(before);
      }
      expect(batches[0]!.seen().length).toBeLessThan(EPOCHS * BATCHES);

      await runReaches(two, id, ['SUCCEEDED']);
      const steps = Array.from({ length: EPOCHS * BATCHES }, (_, step) => step);
      for (const { ended } of batches) expect(await ended).toEqual(steps);
      const log = (await eventsOf(two, id)).map(({ seq }) => seq);
      expect(log).toEqual(log.map((_, seq) => seq));
      for (const { ended } of events) expect(await ended).toEqual(log);
      for (const followed of [...batches, ...events]) expect(followed.cuts()).toBeGreaterThan(0);
      done.abort();
      expect(await asking).toBeGreaterThan(0);
    } finally {
      done.abort();
      await cluster.close();
    }
  });
});

/**
 * Asks as a proxy does, one API after the other, and goes past one that is not ready. Whoever is
 * asked answers. Returns how often one was passed by.
 */
async function askAgainAndAgain(
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  // A connection that is kept may be closed between two questions; that is nobody's fault.
  const headers = { connection: 'close' };
  let passedBy = 0;
  for (let count = 0; !signal.aborted; count += 1) {
    const address = addresses[count % addresses.length]!;
    const isReady = await fetch(`${address}/readyz`, { headers }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) {
      const { errors } = await post(address, QUESTION, { headers });
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
    } else passedBy += 1;
    await sleep(10);
  }
  return passedBy;
}
