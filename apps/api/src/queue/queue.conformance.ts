import { describe, expect, it, vi } from 'vitest';
import type { Queue, TakenRun } from './queue.js';

const person = (runId: string, attempt = 0) => ({ runId, attempt, priority: 'person' as const });
const program = (runId: string, attempt = 0) => ({ runId, attempt, priority: 'program' as const });

/** Work that a test ends by hand, and what was begun. */
function heldWork() {
  const begun: string[] = [];
  const waiting: (() => void)[] = [];
  const ends = new Map<string, () => void>();
  const taken = new Map<string, TakenRun>();
  return {
    begun,
    taken,
    work: (run: TakenRun) =>
      new Promise<void>((resolve) => {
        begun.push(run.runId);
        taken.set(run.runId, run);
        ends.set(run.runId, resolve);
        for (const look of waiting.splice(0)) look();
      }),
    end: (runId: string) => {
      ends.get(runId)?.();
    },
    async untilBegun(count: number) {
      while (begun.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

/** What every queue promises. */
export function queueConformance(open: () => Queue | Promise<Queue>): void {
  describe('queue', () => {
    it('hands out one run at a time, in the order they were added', async () => {
      const queue = await open();
      const held = heldWork();
      await queue.add(person('a'));
      await queue.add(person('b'));
      queue.consume(held.work, 1);
      await held.untilBegun(1);
      expect(held.begun).toEqual(['a']);
      held.end('a');
      await held.untilBegun(2);
      expect(held.begun).toEqual(['a', 'b']);
    });

    it('hands out a person’s run before one of the program', async () => {
      const queue = await open();
      const held = heldWork();
      await queue.add(program('demo'));
      await queue.add(person('mine'));
      queue.consume(held.work, 1);
      await held.untilBegun(1);
      held.end('mine');
      await held.untilBegun(2);
      expect(held.begun).toEqual(['mine', 'demo']);
    });

    it('asks the program’s run to make way for a person’s', async () => {
      const queue = await open();
      const held = heldWork();
      queue.consume(held.work, 1);
      await queue.add(program('demo'));
      await held.untilBegun(1);
      const { makeWay } = held.taken.get('demo')!;
      await queue.add(program('other'));
      expect(makeWay.aborted).toBe(false);
      await queue.add(person('mine'));
      await vi.waitFor(() => {
        expect(makeWay.aborted).toBe(true);
      });
    });

    it('never asks a person’s run to make way', async () => {
      const queue = await open();
      const held = heldWork();
      queue.consume(held.work, 1);
      await queue.add(person('mine'));
      await held.untilBegun(1);
      await queue.add(person('yours'));
      expect(held.taken.get('mine')!.makeWay.aborted).toBe(false);
    });

    it('hands out a run that was added again while it was worked on, behind a person’s', async () => {
      const queue = await open();
      const held = heldWork();
      queue.consume(held.work, 1);
      await queue.add(program('demo'));
      await held.untilBegun(1);
      await queue.add(person('mine'));
      await queue.add(program('demo', 1));
      held.end('demo');
      await held.untilBegun(2);
      held.end('mine');
      await held.untilBegun(3);
      expect(held.begun).toEqual(['demo', 'mine', 'demo']);
    });

    it('hands out several at once where that is wanted', async () => {
      const queue = await open();
      const held = heldWork();
      queue.consume(held.work, 2);
      for (const id of ['a', 'b', 'c']) await queue.add(person(id));
      await held.untilBegun(2);
      expect(held.begun.toSorted()).toEqual(['a', 'b']);
      held.end('b');
      await held.untilBegun(3);
      expect(held.begun[2]).toBe('c');
    });

    it('answers when it is asked', async () => {
      const queue = await open();
      await expect(queue.check()).resolves.toBeUndefined();
    });

    it('forgets a run that was removed, and takes one run twice as one', async () => {
      const queue = await open();
      const held = heldWork();
      for (const id of ['a', 'a', 'b', 'c']) await queue.add(person(id));
      await queue.remove('b');
      await queue.remove('none');
      queue.consume(held.work, 1);
      await held.untilBegun(1);
      held.end('a');
      await held.untilBegun(2);
      expect(held.begun).toEqual(['a', 'c']);
    });

    it('waits for the work at hand when it closes, and hands out nothing more', async () => {
      const queue = await open();
      const held = heldWork();
      queue.consume(held.work, 1);
      await queue.add(person('a'));
      await queue.add(person('b'));
      await held.untilBegun(1);
      const closed = queue.close();
      held.end('a');
      await closed;
      await queue.close();
      expect(held.begun).toEqual(['a']);
    });
  });
}
