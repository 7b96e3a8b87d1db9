import { describe, expect, it } from 'vitest';
import type { RunFact } from '../runs/run-event.js';
import { AttemptLostError, SeqTakenError } from '../runs/run-store.js';
import {
  openWithRun,
  queued,
  running,
  stop,
  type StorePlace,
} from './sample-records.conformance.js';

const seqs = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

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
      const { runs } = await openWithRun(await makePlace());
      await runs.append('run_1', [queued, running, stop], { attempt: 0, seq: 0, at: 1 });
      expect(await runs.find('run_1')).toMatchObject({ status: 'running', lastSeq: 2 });
    });
  });
}
