import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { limitConcurrency, readAhead } from './read-ahead.js';

/** Tasks that note when they start, and end when told to. */
function watchedTasks(count: number) {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const tasks = Array.from({ length: count }, (_, index) => () => {
    started.push(index);
    return new Promise<number>((resolve) => {
      ends[index] = () => {
        resolve(index);
      };
    });
  });
  return { started, ends, tasks };
}

describe('readAhead', () => {
  it('yields results in order, however long each takes', async () => {
    const { ends, tasks } = watchedTasks(3);
    const results: number[] = [];
    const reading = (async () => {
      for await (const result of readAhead(tasks, 2)) results.push(result);
    })();
    await tick();
    for (const end of ends.toReversed()) end();
    await reading;
    expect(results).toEqual([0, 1, 2]);
  });

  it('starts as many tasks ahead as it is told, and the next when a result is taken', async () => {
    const { started, ends, tasks } = watchedTasks(6);
    const reading = readAhead(tasks, 2);
    const first = reading.next();
    await tick();
    expect(started).toEqual([0, 1, 2]);
    ends[0]!();
    await first;
    const second = reading.next();
    await tick();
    expect(started).toEqual([0, 1, 2, 3]);
    for (const end of ends) end();
    await second;
    await reading.return(undefined);
  });

  it('starts nothing more once the loop is left, and waits for what is going', async () => {
    const { started, ends, tasks } = watchedTasks(10);
    const reading = readAhead(tasks, 2);
    const first = reading.next();
    ends[0]!();
    await first;
    let isOver = false;
    const leaving = reading.return(undefined).then(() => (isOver = true));
    await tick();
    expect(isOver).toBe(false);
    ends[1]!();
    ends[2]!();
    await leaving;
    expect(started).toEqual([0, 1, 2]);
  });

  it('tells tasks when nobody waits for them any more', async () => {
    const signals: AbortSignal[] = [];
    const reading = readAhead(
      [0, 1].map((index) => (signal: AbortSignal) => {
        signals.push(signal);
        return Promise.resolve(index);
      }),
      1,
    );
    await reading.next();
    expect(signals[1]!.aborted).toBe(false);
    await reading.return(undefined);
    expect(signals[1]!.aborted).toBe(true);
  });

  it('throws a failure when its turn comes, and no other', async () => {
    const reading = readAhead(
      [
        () => Promise.resolve(0),
        () => Promise.reject(new Error('second')),
        () => Promise.reject(new Error('third')),
      ],
      2,
    );
    expect(await reading.next()).toEqual({ value: 0, done: false });
    await tick();
    await expect(reading.next()).rejects.toThrow('second');
  });
});

describe('limitConcurrency', () => {
  it('lets a limited number go at once and passes turns on after a failure', async () => {
    const limited = limitConcurrency(2);
    let going = 0;
    let most = 0;
    const work = (index: number) =>
      limited(async () => {
        going += 1;
        most = Math.max(most, going);
        await tick();
        going -= 1;
        if (index === 1) throw new Error('failed');
        return index;
      });
    const results = await Promise.allSettled([0, 1, 2, 3, 4].map(work));
    expect(most).toBe(2);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });
});
