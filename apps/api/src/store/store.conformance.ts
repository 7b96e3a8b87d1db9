import { describe, expect, it } from 'vitest';
import type { NewDataset } from '../datasets/dataset-store.js';
import type { RunFact } from '../runs/run-event.js';
import {
  AttemptLostError,
  ClientKeyTakenError,
  type NewRun,
  type RunQuery,
  SeqTakenError,
} from '../runs/run-store.js';
import type { Store } from './store.js';

/** A place that can be opened more than once at the same time, and again after closing. */
export interface StorePlace {
  open(): Promise<Store>;
}

const queued: RunFact = { type: 'status', status: 'queued', reason: null, error: null };
const running: RunFact = { type: 'status', status: 'running', reason: null, error: null };
const stop: RunFact = { type: 'command-applied', command: 'stop', step: 3 };

const dataset = (id: string, createdAt = 1): NewDataset => ({
  id,
  name: `dataset ${id}`,
  demo: false,
  createdAt,
  path: '/images',
  labelRule: 'parent-folder',
  validShare: 0.2,
  seed: 42,
});

const newRun = (id: string, change: Partial<NewRun> = {}): NewRun => ({
  id,
  name: `run ${id}`,
  tags: ['first', '50%_\\'],
  demo: false,
  createdAt: 1,
  datasetId: 'ds_1',
  datasetVersion: 1,
  settings: {
    recipe: 'head',
    phases: [{ kind: 'evaluate' }],
    architecture: 'tf_efficientnet_lite0',
    imageSize: 64,
    batchSize: 8,
    seed: 42,
    validShare: null,
    frozenBody: 'live',
    trainItems: 8,
    validItems: 2,
  },
  clientKey: null,
  inputHash: 'hash',
  ...change,
});

const byAge = { limit: 10, orderBy: 'created-at', descending: true } satisfies RunQuery;
const seqs = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What every store promises. */
export function storeConformance(makePlace: () => Promise<StorePlace>): void {
  const openWithRun = async (place?: StorePlace) => {
    const store = await (place ?? (await makePlace())).open();
    await store.datasets.create(dataset('ds_1'));
    const run = await store.runs.create(newRun('run_1'));
    return { store, runs: store.runs, run };
  };

  describe('event log', () => {
    it('gives back what was appended, in order, after a cursor and up to a limit', async () => {
      const { runs } = await openWithRun();
      await runs.append('run_1', [queued, running, stop], { attempt: 0, seq: 0, at: 7 });
      await runs.append('run_1', [stop], { attempt: 0, seq: 3, at: 8 });
      expect(await runs.events('run_1', { after: 0, limit: 2 })).toEqual([
        { runId: 'run_1', seq: 1, attempt: 0, at: 7, fact: running },
        { runId: 'run_1', seq: 2, attempt: 0, at: 7, fact: stop },
      ]);
      const all = await runs.events('run_1', { after: -1, limit: 100 });
      expect(all.map(({ seq }) => seq)).toEqual(seqs(0, 3));
      expect(await runs.events('run_1', { after: 3, limit: 100 })).toEqual([]);
    });

    it.each([
      ['a seq that is taken', 0],
      ['a seq that would leave a gap', 2],
    ])('refuses %s, and writes nothing', async (_sentence, seq) => {
      const { runs } = await openWithRun();
      await runs.append('run_1', [queued], { attempt: 0, seq: 0, at: 1 });
      await expect(
        runs.append('run_1', [running, stop], { attempt: 0, seq, at: 1 }),
      ).rejects.toThrow(SeqTakenError);
      expect(await runs.events('run_1', { after: -1, limit: 10 })).toHaveLength(1);
      expect((await runs.find('run_1'))?.status).toBe('queued');
    });

    it('refuses a writer whose attempt is no longer the highest', async () => {
      const { runs } = await openWithRun();
      expect(await runs.claim('run_1', 0)).toBe(true);
      await runs.append('run_1', [running], { attempt: 1, seq: 0, at: 1 });
      expect(await runs.claim('run_1', 1)).toBe(true);
      await expect(runs.append('run_1', [stop], { attempt: 1, seq: 1, at: 1 })).rejects.toThrow(
        AttemptLostError,
      );
      await runs.append('run_1', [stop], { attempt: 2, seq: 1, at: 1 });
    });

    it('lets one of two claims with the same expectation win', async () => {
      const place = await makePlace();
      const { runs } = await openWithRun(place);
      const other = (await place.open()).runs;
      const won = await Promise.all([runs.claim('run_1', 0), other.claim('run_1', 0)]);
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await runs.find('run_1'))?.attempt).toBe(1);
    });

    it('stays without gap or repetition under two writers', async () => {
      const place = await makePlace();
      const { runs } = await openWithRun(place);
      const other = (await place.open()).runs;
      const append = async (writer: typeof runs, seq: number) => {
        try {
          await writer.append('run_1', [stop, stop], { attempt: 0, seq, at: seq });
          return 1;
        } catch (error) {
          expect(error).toBeInstanceOf(SeqTakenError);
          return 0;
        }
      };
      for (let seq = 0; seq < 40; seq += 2) {
        const written = await Promise.all([append(runs, seq), append(other, seq)]);
        expect(written.toSorted()).toEqual([0, 1]);
      }
      const events = await other.events('run_1', { after: -1, limit: 100 });
      expect(events.map(({ seq }) => seq)).toEqual(seqs(0, 39));
    });

    it('keeps numbers that JSON cannot say', async () => {
      const { runs } = await openWithRun();
      const numbers = [Number.NaN, Infinity, -Infinity, -0.5, 1e-320];
      const fact: RunFact = {
        type: 'batches',
        phase: 0,
        steps: [0, 1, 2, 3, 4],
        epochs: [0, 0, 0, 0, 0],
        times: [1, 2, 3, 4, 1_795_390_502_249],
        losses: numbers,
        smoothedLosses: numbers,
        learningRates: numbers,
        momentums: numbers,
        groupLearningRates: [numbers, numbers],
      };
      await runs.append('run_1', [fact], { attempt: 0, seq: 0, at: 1 });
      expect((await runs.events('run_1', { after: -1, limit: 1 }))[0]?.fact).toEqual(fact);
    });

    it('has the run follow the last status of its log', async () => {
      const { runs } = await openWithRun();
      await runs.append('run_1', [queued, running, stop], { attempt: 0, seq: 0, at: 1 });
      expect(await runs.find('run_1')).toMatchObject({ status: 'running', lastSeq: 2 });
    });
  });

  describe('runs', () => {
    it('gives back a run as it was made', async () => {
      const { runs, run } = await openWithRun();
      expect(await runs.find('run_1')).toEqual(run);
      expect(run).toEqual({ ...newRun('run_1'), status: 'queued', attempt: 0, lastSeq: -1 });
      expect(await runs.find('run_2')).toBeUndefined();
    });

    it('has one run a client key', async () => {
      const { runs } = await openWithRun();
      const keyed = await runs.create(newRun('run_2', { clientKey: 'mine' }));
      await expect(runs.create(newRun('run_3', { clientKey: 'mine' }))).rejects.toThrow(
        ClientKeyTakenError,
      );
      expect(await runs.findByClientKey('mine')).toEqual(keyed);
      expect(await runs.findByClientKey('yours')).toBeUndefined();
    });

    it('keeps a command until it is settled, and one of a kind at a time', async () => {
      const { runs } = await openWithRun();
      const command = await runs.leaveCommand('run_1', 'stop', 5);
      expect(await runs.leaveCommand('run_1', 'stop', 6)).toEqual(command);
      expect(await runs.waitingCommands('run_1')).toEqual([command]);
      await runs.settleCommand(command);
      expect(await runs.waitingCommands('run_1')).toEqual([]);
      expect((await runs.leaveCommand('run_1', 'stop', 7)).number).toBe(command.number + 1);
    });
  });

  describe('lists of runs', () => {
    const openWithMany = async () => {
      const { store, runs } = await openWithRun();
      await store.datasets.create(dataset('ds_2'));
      // Two of an age, so that the id has to decide.
      for (const [id, createdAt] of [
        ['b', 2],
        ['c', 2],
        ['d', 3],
        ['e', 4],
      ] as const) {
        await runs.create(
          newRun(`run_${id}`, {
            createdAt,
            name: `pets ${id.toUpperCase()}`,
            tags: [],
            datasetId: 'ds_2',
          }),
        );
      }
      return runs;
    };
    const idsOf = async (listed: ReturnType<Store['runs']['list']>) =>
      (await listed).entries.map(({ id }) => id);

    it('puts the newest first, with the id as tie-breaker, and counts all', async () => {
      const runs = await openWithMany();
      const page = await runs.list({ ...byAge, limit: 3 });
      expect(page.entries.map(({ id }) => id)).toEqual(['run_e', 'run_d', 'run_c']);
      expect([page.hasMore, page.totalCount]).toEqual([true, 5]);
    });

    it('goes on after a position, whatever was added before it', async () => {
      const runs = await openWithMany();
      await runs.create(newRun('run_f', { createdAt: 9 }));
      const after = { value: 2, id: 'run_c' };
      expect(await idsOf(runs.list({ ...byAge, after }))).toEqual(['run_b', 'run_1']);
    });

    it('pages backwards in the same order', async () => {
      const runs = await openWithMany();
      const before = { value: 2, id: 'run_b' };
      const page = await runs.list({ ...byAge, before, limit: 2, fromEnd: true });
      expect(page.entries.map(({ id }) => id)).toEqual(['run_d', 'run_c']);
      expect(page.hasMore).toBe(true);
    });

    it('orders by name, A first', async () => {
      const runs = await openWithMany();
      const query = { limit: 2, orderBy: 'name', descending: false } as const;
      expect(await idsOf(runs.list(query))).toEqual(['run_b', 'run_c']);
      const after = { value: 'pets C', id: 'run_c' };
      expect(await idsOf(runs.list({ ...query, after }))).toEqual(['run_d', 'run_e']);
    });

    it.each([
      ['a status', { statuses: ['running' as const] }, ['run_d']],
      ['statuses', { statuses: ['running', 'failed'] as const }, ['run_d']],
      ['no status at all', { statuses: [] }, []],
      ['a dataset', { datasetId: 'ds_1' }, ['run_1']],
      ['a text in the name, in any case', { text: 'PETS b' }, ['run_b']],
      ['a text in a tag', { text: 'first' }, ['run_1']],
      ['a text with signs that mean something to databases', { text: '50%_\\' }, ['run_1']],
      ['a sign that stands for any', { text: '%' }, ['run_1']],
      ['nothing that is there', { text: 'zebra' }, []],
    ])('finds runs by %s', async (_sentence, filter, ids) => {
      const runs = await openWithMany();
      await runs.append('run_d', [running], { attempt: 0, seq: 0, at: 1 });
      expect(await idsOf(runs.list({ ...byAge, ...filter }))).toEqual(ids);
    });
  });

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

    it('has everything after it was closed and opened again', async () => {
      const place = await makePlace();
      const { store, runs } = await openWithRun(place);
      await runs.claim('run_1', 0);
      await runs.append('run_1', [queued, running], { attempt: 1, seq: 0, at: 1 });
      const command = await runs.leaveCommand('run_1', 'stop', 5);
      await store.remember('demo', 'ds_1');
      const before = await runs.find('run_1');
      store.close();
      store.close();

      const again = await place.open();
      await again.check();
      expect(await again.runs.find('run_1')).toEqual(before);
      expect(await again.runs.events('run_1', { after: -1, limit: 9 })).toHaveLength(2);
      expect(await again.runs.waitingCommands('run_1')).toEqual([command]);
      expect(await again.recall('demo')).toBe('ds_1');
    });
  });
}
