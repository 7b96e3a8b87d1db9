import { describe, expect, it } from 'vitest';
import type { RunFact } from '../runs/run-event.js';
import { AttemptLostError, type RunStore, SeqTakenError } from '../runs/run-store.js';
import {
  openWithRun,
  queued,
  running,
  stop,
  type StorePlace,
} from './sample-records.conformance.js';

const seqs = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Lets others have their turn, also where a store answers at once. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const first = { expected: 0, heldUntil: 0 };

/** What the event log of every store promises. */
export function eventLogConformance(makePlace: () => Promise<StorePlace>): void {
  describe('event log', () => {
    it('gives back what was appended, in order, after a cursor and up to a limit', async () => {
      const { runs } = await openWithRun(await makePlace());
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
      const { runs } = await openWithRun(await makePlace());
      await runs.append('run_1', [queued], { attempt: 0, seq: 0, at: 1 });
      await expect(
        runs.append('run_1', [running, stop], { attempt: 0, seq, at: 1 }),
      ).rejects.toThrow(SeqTakenError);
      expect(await runs.events('run_1', { after: -1, limit: 10 })).toHaveLength(1);
      expect((await runs.find('run_1'))?.status).toBe('queued');
    });

    it('refuses a writer whose attempt is no longer the highest', async () => {
      const { runs } = await openWithRun(await makePlace());
      expect(await runs.claim('run_1', first)).toBe(true);
      await runs.append('run_1', [running], { attempt: 1, seq: 0, at: 1 });
      expect(await runs.claim('run_1', { expected: 1, heldUntil: 0 })).toBe(true);
      await expect(runs.append('run_1', [stop], { attempt: 1, seq: 1, at: 1 })).rejects.toThrow(
        AttemptLostError,
      );
      await runs.append('run_1', [stop], { attempt: 2, seq: 1, at: 1 });
    });

    it('lets one of two claims with the same expectation win', async () => {
      const place = await makePlace();
      const { runs } = await openWithRun(place);
      const other = (await place.open()).runs;
      const won = await Promise.all([runs.claim('run_1', first), other.claim('run_1', first)]);
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await runs.find('run_1'))?.attempt).toBe(1);
    });

    it('knows until when the one who claimed a run is taken to live', async () => {
      const { runs } = await openWithRun(await makePlace());
      await runs.claim('run_1', { expected: 0, heldUntil: 1_795_390_502_249 });
      expect((await runs.find('run_1'))?.heldUntil).toBe(1_795_390_502_249);
      expect(await runs.hold('run_1', 1, 1_795_390_502_250)).toBe(true);
      expect((await runs.find('run_1'))?.heldUntil).toBe(1_795_390_502_250);
      await runs.claim('run_1', { expected: 1, heldUntil: 0 });
      expect(await runs.hold('run_1', 1, 1_795_390_502_251)).toBe(false);
      expect(await runs.hold('run_2', 1, 1)).toBe(false);
      expect((await runs.find('run_1'))?.heldUntil).toBe(0);
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
      const { runs } = await openWithRun(await makePlace());
      const numbers = [Number.NaN, Infinity, -Infinity, -0, 1e-320];
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

    it('tells null from what was left out', async () => {
      const { runs } = await openWithRun(await makePlace());
      const facts: RunFact[] = [
        { type: 'command-applied', command: 'stop', number: null, step: null },
        stop,
      ];
      await runs.append('run_1', facts, { attempt: 0, seq: 0, at: 1 });
      const events = await runs.events('run_1', { after: -1, limit: 9 });
      expect(events.map(({ fact }) => fact)).toStrictEqual(facts);
    });

    it('takes an append of many megabytes', async () => {
      const { runs } = await openWithRun(await makePlace());
      const facts = ['a', 'b', 'c', 'd'].map((sign) => ({ ...running, reason: sign.repeat(4e6) }));
      await runs.append('run_1', [...facts, queued], { attempt: 0, seq: 0, at: 1 });
      const events = await runs.events('run_1', { after: -1, limit: 9 });
      expect(events.map(({ seq }) => seq)).toEqual(seqs(0, 4));
      const isSame = facts.every(({ reason }, index) => {
        const fact = events[index]?.fact;
        return fact?.type === 'status' && fact.reason === reason;
      });
      expect(isSame).toBe(true);
      expect(await runs.find('run_1')).toMatchObject({ status: 'queued', lastSeq: 4 });
    });

    it('stays whole while two take the run from each other', async () => {
      const place = await makePlace();
      const { runs } = await openWithRun(place);
      const written: (readonly [seq: number, attempt: number])[] = [];
      const takeTurns = async (mine: RunStore) => {
        for (let turn = 0; turn < 12; turn += 1) {
          const expected = (await mine.find('run_1'))!.attempt;
          if (!(await mine.claim('run_1', { expected, heldUntil: 0 }))) continue;
          const attempt = expected + 1;
          let seq = (await mine.find('run_1'))!.lastSeq + 1;
          try {
            for (let append = 0; append < 4; append += 1, seq += 2) {
              await mine.append('run_1', [stop, running], { attempt, seq, at: 1 });
              written.push([seq, attempt], [seq + 1, attempt]);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(AttemptLostError);
          }
        }
      };
      await Promise.all([takeTurns(runs), takeTurns((await place.open()).runs)]);
      const events = await runs.events('run_1', { after: -1, limit: 1000 });
      expect(events.map(({ seq }) => seq)).toEqual(seqs(0, events.length - 1));
      // What was acknowledged is there, and nothing else.
      const inOrder = written.toSorted(([one], [other]) => one - other);
      expect(events.map(({ seq, attempt }) => [seq, attempt])).toEqual(inOrder);
    });

    it('shows no reader a gap while it grows', async () => {
      const place = await makePlace();
      const { runs } = await openWithRun(place);
      const other = (await place.open()).runs;
      const last = 119;
      const write = async () => {
        for (let seq = 0, size = 1; seq <= last; seq += size, size = 1 + (seq % 4)) {
          const facts = seqs(seq, Math.min(seq + size - 1, last)).map(() => stop);
          await runs.append('run_1', facts, { attempt: 0, seq, at: 1 });
        }
      };
      const read = async (limit: number) => {
        const seen: number[] = [];
        for (let turn = 0; turn < 20_000 && seen.at(-1) !== last; turn += 1) {
          const events = await other.events('run_1', { after: seen.at(-1) ?? -1, limit });
          seen.push(...events.map(({ seq }) => seq));
        }
        return seen;
      };
      const [, ...readers] = await Promise.all([write(), read(1), read(7), read(100)]);
      for (const seen of readers) expect(seen).toEqual(seqs(0, last));
    });

    it('is gone with its run, whoever writes at that moment', async () => {
      const place = await makePlace();
      const { runs } = await openWithRun(place);
      const other = (await place.open()).runs;
      const write = async () => {
        for (let seq = 0; ; seq += 1)
          await runs.append('run_1', [stop], { attempt: 0, seq, at: 1 }).then(nextTurn);
      };
      const remove = async () => {
        while ((await other.find('run_1'))!.lastSeq < 20) await nextTurn();
        await other.remove('run_1');
      };
      const read = async () => {
        while ((await other.find('run_1')) !== undefined) {
          const events = await other.events('run_1', { after: -1, limit: 1000 });
          expect(events.map(({ seq }) => seq)).toEqual(seqs(0, events.length - 1));
          await nextTurn();
        }
      };
      const written = expect(write()).rejects.toThrow('no run run_1');
      await Promise.all([written, remove(), read(), read()]);
      expect(await runs.find('run_1')).toBeUndefined();
      expect(await runs.events('run_1', { after: -1, limit: 100 })).toEqual([]);
    });

    it('has the run follow the last status of its log', async () => {
      const { runs } = await openWithRun(await makePlace());
      await runs.append('run_1', [queued, running, stop], { attempt: 0, seq: 0, at: 1 });
      expect(await runs.find('run_1')).toMatchObject({ status: 'running', lastSeq: 2 });
    });
  });
}
