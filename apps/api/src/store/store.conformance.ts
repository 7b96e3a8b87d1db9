import { describe, expect, it } from 'vitest';
import { eventLogConformance } from './event-log.conformance.js';
import { runsConformance } from './runs.conformance.js';
import {
  dataset,
  openWithRun,
  queued,
  running,
  type StorePlace,
} from './sample-records.conformance.js';

/** What every store promises. */
export function storeConformance(makePlace: () => Promise<StorePlace>): void {
  eventLogConformance(makePlace);
  runsConformance(makePlace);

  describe('datasets', () => {
    const version = (datasetId: string, number: number) => ({
      datasetId,
      version: number,
      createdAt: number,
      itemCount: 10,
      trainCount: 8,
      validCount: 2,
      classes: [{ label: 'cat', count: 10, validCount: 2 }],
      validShare: 0.2,
      seed: 42,
    });

    it('begin as importing and without a version', async () => {
      const { datasets } = await (await makePlace()).open();
      const made = await datasets.create(dataset('ds_1'));
      expect(made).toMatchObject({ status: 'importing', version: 0, problems: [], error: null });
      expect(await datasets.find('ds_1')).toEqual(made);
      expect(await datasets.importing()).toEqual([made]);
    });

    it('end their import once', async () => {
      const { datasets } = await (await makePlace()).open();
      await datasets.create(dataset('ds_1'));
      const problems = [{ path: 'a.png', code: 'IMAGE_UNREADABLE', message: 'broken' }];
      const error = { code: 'NO_IMAGES', message: 'none' };
      expect(await datasets.finishImport('ds_1', { status: 'failed', error, problems })).toBe(true);
      expect(await datasets.finishImport('ds_1', { status: 'ready', problems: [] })).toBe(false);
      expect(await datasets.find('ds_1')).toMatchObject({ status: 'failed', error, problems });
      expect(await datasets.importing()).toEqual([]);
    });

    it('have versions that never change', async () => {
      const { datasets } = await (await makePlace()).open();
      await datasets.create(dataset('ds_1'));
      await datasets.addVersion(version('ds_1', 1));
      await datasets.addVersion({ ...version('ds_1', 1), itemCount: 99 });
      await datasets.addVersion(version('ds_1', 2));
      expect(await datasets.versions('ds_1')).toEqual([version('ds_1', 1), version('ds_1', 2)]);
      expect(await datasets.version('ds_1', 1)).toEqual(version('ds_1', 1));
      expect(await datasets.version('ds_1', 3)).toBeUndefined();
      expect((await datasets.find('ds_1'))?.version).toBe(2);
    });

    it('are listed newest first', async () => {
      const { datasets } = await (await makePlace()).open();
      for (const [id, age] of [
        ['ds_a', 1],
        ['ds_b', 2],
        ['ds_c', 2],
      ] as const) {
        await datasets.create(dataset(id, age));
      }
      const page = await datasets.list({ limit: 2 });
      expect(page.entries.map(({ id }) => id)).toEqual(['ds_c', 'ds_b']);
      expect([page.hasMore, page.totalCount]).toEqual([true, 3]);
    });
  });

  describe('store', () => {
    it('keeps the first value of a name', async () => {
      const store = await (await makePlace()).open();
      expect(await store.recall('demo')).toBeUndefined();
      expect(await store.remember('demo', 'ds_1')).toBe('ds_1');
      expect(await store.remember('demo', 'ds_2')).toBe('ds_1');
      expect(await store.recall('demo')).toBe('ds_1');
    });

    it('keeps one value of two that come at the same moment', async () => {
      const place = await makePlace();
      const [one, other] = [await place.open(), await place.open()];
      const kept = await Promise.all([one.remember('demo', 'a'), other.remember('demo', 'b')]);
      expect(new Set(kept).size).toBe(1);
      expect(await other.recall('demo')).toBe(kept[0]);
    });

    it('has everything after it was closed and opened again', async () => {
      const place = await makePlace();
      const { store, runs } = await openWithRun(place);
      await runs.claim('run_1', { expected: 0, heldUntil: 9 });
      await runs.append('run_1', [queued, running], { attempt: 1, seq: 0, at: 1 });
      const command = await runs.leaveCommand('run_1', { command: 'stop' }, 5);
      await store.remember('demo', 'ds_1');
      const before = await runs.find('run_1');
      await store.close();
      await store.close();

      const again = await place.open();
      await again.check();
      expect(await again.runs.find('run_1')).toEqual(before);
      expect(await again.runs.events('run_1', { after: -1, limit: 9 })).toHaveLength(2);
      expect(await again.runs.waitingCommand('run_1')).toEqual(command);
      expect(await again.recall('demo')).toBe('ds_1');
    });
  });
}
