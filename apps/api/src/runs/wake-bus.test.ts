import { expect, it } from 'vitest';
import { WakeBus } from './wake-bus.js';

const soon = 5;

it('wakes those who watch an id, and those who watch all', async () => {
  const bus = new WakeBus();
  const [one, other, all] = [bus.watch('run_1'), bus.watch('run_2'), bus.watch(null)];
  const waiting = [one.next(1000), all.next(1000)];
  bus.wake('run_1');
  expect(await Promise.all(waiting)).toEqual([new Set(['run_1']), new Set(['run_1'])]);
  expect(await other.next(soon)).toEqual(new Set());
});

it('remembers a wake-up that came while nobody waited, once', async () => {
  const bus = new WakeBus();
  const watch = bus.watch(null);
  bus.wake('run_1');
  bus.wake('run_2');
  bus.wake('run_1');
  expect(await watch.next(1000)).toEqual(new Set(['run_1', 'run_2']));
  expect(await watch.next(soon)).toEqual(new Set());
});

it('lets go of one who waits when it is closed, and wakes it no more', async () => {
  const bus = new WakeBus();
  const watch = bus.watch('run_1');
  const waiting = watch.next(60_000);
  watch.close();
  expect(await waiting).toEqual(new Set());
  bus.wake('run_1');
  expect(await watch.next(soon)).toEqual(new Set());
});
