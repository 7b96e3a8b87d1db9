import { describe, expect, it } from 'vitest';
import {
  ClientKeyTakenError,
  type RunQuery,
  type RunRecord,
  type RunWish,
  UNCLAIMED,
} from '../runs/run-store.js';
import {
  dataset,
  newRun,
  openWithRun,
  running,
  type StorePlace,
} from './sample-records.conformance.js';
import type { Store } from './store.js';

const byAge = { limit: 10, orderBy: 'created-at', descending: true } satisfies RunQuery;

/** What every store promises of runs, one by one and in lists. */
export function runsConformance(makePlace: () => Promise<StorePlace>): void {
  describe('runs', () => {
    it('gives back a run as it was made', async () => {
      const { runs, run } = await openWithRun(await makePlace());
      expect(await runs.find('run_1')).toEqual(run);
      expect(run).toEqual({ ...newRun('run_1'), ...UNCLAIMED });
      expect(await runs.find('run_2')).toBeUndefined();
    });

    it('changes what people call a run, and nothing else', async () => {
      const { runs, run } = await openWithRun(await makePlace());
      expect(await runs.relabel('run_1', {})).toEqual(run);
      const labels = { name: 'mine', tags: [], notes: 'a\nb', starred: true };
      expect(await runs.relabel('run_1', labels)).toEqual({ ...run, ...labels });
      expect(await runs.relabel('run_1', { starred: false })).toEqual({
        ...run,
        ...labels,
        starred: false,
      });
      expect(await runs.relabel('run_2', labels)).toBeUndefined();
    });

    it('forgets a run with everything of it, and no other', async () => {
      const { runs } = await openWithRun(await makePlace());
      const other = await runs.create(newRun('run_2', { clientKey: 'mine' }));
      for (const id of ['run_1', 'run_2'])
        await runs.append(id, [running], { attempt: 0, seq: 0, at: 1 });
      await runs.leaveCommand('run_1', { command: 'stop' }, 1);
      await runs.remove('run_1');
      await runs.remove('run_1');
      expect(await runs.find('run_1')).toBeUndefined();
      expect(await runs.events('run_1', { after: -1, limit: 9 })).toEqual([]);
      expect(await runs.waitingCommand('run_1')).toBeUndefined();
      expect(await runs.find('run_2')).toEqual({ ...other, status: 'running', lastSeq: 0 });
      expect(await runs.events('run_2', { after: -1, limit: 9 })).toHaveLength(1);
      await runs.remove('run_2');
      expect(await runs.findByClientKey('mine')).toBeUndefined();
    });

    it('has one run a client key', async () => {
      const { runs } = await openWithRun(await makePlace());
      const keyed = await runs.create(newRun('run_2', { clientKey: 'mine' }));
      await expect(runs.create(newRun('run_3', { clientKey: 'mine' }))).rejects.toThrow(
        ClientKeyTakenError,
      );
      expect(await runs.findByClientKey('mine')).toEqual(keyed);
      expect(await runs.findByClientKey('yours')).toBeUndefined();
    });

    it('has one run a client key, of two that are made at the same moment', async () => {
      const place = await makePlace();
      const { runs } = await openWithRun(place);
      const other = (await place.open()).runs;
      const made = await Promise.allSettled([
        runs.create(newRun('run_2', { clientKey: 'mine' })),
        other.create(newRun('run_3', { clientKey: 'mine' })),
      ]);
      const failures = made.filter((one) => one.status === 'rejected');
      expect(failures.map(({ reason }) => (reason as Error).name)).toEqual(['ClientKeyTakenError']);
      const { totalCount } = await runs.list(byAge);
      expect(totalCount).toBe(2);
    });

    it.each<RunWish>([
      { command: 'stop' },
      { command: 'pause' },
      { command: 'adjust', adjustment: { learningRateFactor: 0.5, epochsToGo: 3 } },
    ])('keeps a command until it is settled: $command', async (wish) => {
      const { runs } = await openWithRun(await makePlace());
      const command = await runs.leaveCommand('run_1', wish, 5);
      expect(command).toEqual({ ...wish, runId: 'run_1', number: 0, at: 5 });
      expect(await runs.leaveCommand('run_1', wish, 6)).toEqual(command);
      expect(await runs.waitingCommand('run_1')).toEqual(command);
      await runs.settleCommand(command);
      expect(await runs.waitingCommand('run_1')).toBeUndefined();
      expect((await runs.leaveCommand('run_1', wish, 7)).number).toBe(1);
    });

    it('takes one command at a time, and says which is on its way', async () => {
      const { runs } = await openWithRun(await makePlace());
      const adjust = (epochsToGo: number) =>
        ({ command: 'adjust', adjustment: { epochsToGo } }) as const;
      const first = await runs.leaveCommand('run_1', adjust(1), 5);
      for (const wish of [adjust(2), { command: 'stop' }] as const)
        await expect(runs.leaveCommand('run_1', wish, 6)).rejects.toMatchObject({
          name: 'CommandWaitingError',
          waiting: first,
        });
      expect(await runs.waitingCommand('run_1')).toEqual(first);
    });
  });

  describe('commands', () => {
    it('are left one at a time, by whomever', async () => {
      const place = await makePlace();
      const { runs } = await openWithRun(place);
      const other = (await place.open()).runs;
      for (let number = 0; number < 10; number += 1) {
        const left = await Promise.allSettled([
          runs.leaveCommand('run_1', { command: 'stop' }, 1),
          other.leaveCommand('run_1', { command: 'pause' }, 2),
        ]);
        const [winner, ...more] = left.filter((one) => one.status === 'fulfilled');
        expect(more).toEqual([]);
        expect(winner?.value.number).toBe(number);
        expect(await other.waitingCommand('run_1')).toEqual(winner?.value);
        await other.settleCommand(winner!.value);
        await runs.settleCommand(winner!.value);
      }
    });

    it('outlive claims, appends and new labels', async () => {
      const { runs } = await openWithRun(await makePlace());
      const command = await runs.leaveCommand('run_1', { command: 'stop' }, 1);
      await runs.claim('run_1', { expected: 0, heldUntil: 1 });
      await runs.append('run_1', [running], { attempt: 1, seq: 0, at: 1 });
      await runs.relabel('run_1', { starred: true });
      expect(await runs.waitingCommand('run_1')).toEqual(command);
      expect(await runs.find('run_1')).toMatchObject({ attempt: 1, lastSeq: 0, starred: true });
    });

    it('are none for a run that is not there', async () => {
      const { runs } = await openWithRun(await makePlace());
      expect(await runs.waitingCommand('run_2')).toBeUndefined();
      await expect(runs.leaveCommand('run_2', { command: 'stop' }, 1)).rejects.toThrow();
    });
  });

  describe('lists of runs', () => {
    const openWithMany = async () => {
      const { store, runs } = await openWithRun(await makePlace());
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
            name: `pets ${id.toUpperCase()}${id === 'e' ? ' (a*b) [c] “d”' : ''}`,
            tags: id === 'e' ? ['say "hi"', 'two'] : [],
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

    it('orders names by their bytes: figures, capitals, small letters, all else', async () => {
      const { runs } = await openWithRun(await makePlace());
      await runs.remove('run_1');
      const names = ['ä', 'b', 'B', '_', 'a', 'Z', '9', '10', '€', 'ab'];
      for (const [index, name] of names.entries())
        await runs.create(newRun(`run_${index}`, { name }));
      const inOrder = ['10', '9', 'B', 'Z', '_', 'a', 'ab', 'b', 'ä', '€'];
      const query = { limit: 4, orderBy: 'name', descending: false } as const;
      const seen: string[] = [];
      for (let last: RunRecord | undefined; seen.length < names.length;) {
        const after = last && { value: last.name, id: last.id };
        const { entries } = await runs.list({ ...query, ...(after && { after }) });
        if (entries.length === 0) break;
        seen.push(...entries.map(({ name }) => name));
        last = entries.at(-1);
      }
      expect(seen).toEqual(inOrder);
    });

    it('shows each run once to who pages on, whatever comes and goes meanwhile', async () => {
      const runs = await openWithMany();
      const query = { limit: 2, orderBy: 'created-at', descending: true } as const;
      const seen: string[] = [];
      let after: { value: number; id: string } | undefined;
      for (let page = 0; page < 5; page += 1) {
        const { entries, hasMore } = await runs.list({ ...query, ...(after && { after }) });
        seen.push(...entries.map(({ id }) => id));
        const { id, createdAt } = entries.at(-1)!;
        after = { value: createdAt, id };
        if (!hasMore) break;
        await runs.create(newRun(`run_new${page}`, { createdAt: 10 + page }));
        await runs.remove(id);
      }
      expect(seen).toEqual(['run_e', 'run_d', 'run_c', 'run_b', 'run_1']);
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
      ['a pattern, which is none', { text: 'p.ts' }, []],
      ['brackets and stars', { text: 'e (a*b) [c] “' }, ['run_e']],
      ['quotes in a tag', { text: 'say "hi"' }, ['run_e']],
      ['what stands between two tags', { text: '","' }, []],
      ['nothing that is there', { text: 'zebra' }, []],
    ])('finds runs by %s', async (_sentence, filter, ids) => {
      const runs = await openWithMany();
      await runs.append('run_d', [running], { attempt: 0, seq: 0, at: 1 });
      expect(await idsOf(runs.list({ ...byAge, ...filter }))).toEqual(ids);
    });
  });
}
