import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RunFact } from '../runs/run-event.js';
import { batches, epochEnd, points } from '../testing/facts.js';
import { EventBuffer } from './event-buffer.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function buffered() {
  const writes: (readonly RunFact[])[] = [];
  return { writes, buffer: new EventBuffer((facts) => writes.push(facts)) };
}

it('writes a batch at once after a pause', () => {
  const { writes, buffer } = buffered();
  buffer.add(batches(0, [1]));
  expect(writes).toEqual([[batches(0, [1])]]);
});

it('gathers batches that follow closely into one event, no older than 50 ms', () => {
  const { writes, buffer } = buffered();
  buffer.add(batches(0, [1]));
  buffer.add(batches(1, [2]));
  vi.advanceTimersByTime(30);
  buffer.add(batches(2, [3]));
  vi.advanceTimersByTime(19);
  expect(writes).toHaveLength(1);
  vi.advanceTimersByTime(2);
  expect(writes.slice(1)).toEqual([[batches(1, [2, 3])]]);
});

it('writes every other fact at once, after what was gathered before it', () => {
  const { writes, buffer } = buffered();
  buffer.add(batches(0, [1]));
  buffer.add(batches(1, [2]));
  buffer.add(epochEnd(0, 1));
  expect(writes.slice(1)).toEqual([[batches(1, [2]), epochEnd(0, 1)]]);
});

it('keeps phases and kinds apart, and their order', () => {
  const { writes, buffer } = buffered();
  buffer.add(points(0, 0));
  buffer.add(points(1, 1));
  buffer.add(points(2, 2));
  buffer.add(batches(0, [1]));
  buffer.add(batches(1, [2], 1));
  buffer.flush();
  expect(writes.slice(1)).toEqual([[points(1, 2), batches(0, [1]), batches(1, [2], 1)]]);
});

it('writes nothing when there is nothing, and nothing after it was dropped', () => {
  const { writes, buffer } = buffered();
  buffer.flush();
  expect(writes).toEqual([]);
  buffer.add(batches(0, [1]));
  buffer.add(batches(1, [1]));
  buffer.drop();
  vi.advanceTimersByTime(100);
  expect(writes).toHaveLength(1);
});
