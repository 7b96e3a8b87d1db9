import { describe, expect, it } from 'vitest';
import { Interruption, parseRetryAfter, systemClock, withRetries } from './retries.js';

const clock = { now: () => 0, random: () => 0, wait: () => Promise.resolve() };

describe('withRetries', () => {
  it('counts failures anew after each attempt that came further', async () => {
    let bytes = 0;
    let attempts = 0;
    const work = withRetries(
      () => {
        attempts += 1;
        // Four of five attempts bring nothing, and so it goes on.
        if (attempts % 5 === 0) bytes += 1;
        if (bytes === 3) return Promise.resolve('whole');
        throw new Interruption('cut off');
      },
      { clock, progress: () => bytes },
    );
    expect(await work).toBe('whole');
    expect(attempts).toBe(15);
  });

  it('does not count as further what was lost in between', async () => {
    const reached = [100, 0, 50, 99, 100, 10];
    let attempts = 0;
    const work = withRetries(
      () => {
        attempts += 1;
        throw new Interruption('cut off');
      },
      { clock, progress: () => reached[attempts] ?? 0 },
    );
    await expect(work).rejects.toThrow('cut off');
    expect(attempts).toBe(5);
  });

  it('does not try again what will not pass', async () => {
    let attempts = 0;
    const work = withRetries(
      () => {
        attempts += 1;
        throw new TypeError('wrong');
      },
      { clock },
    );
    await expect(work).rejects.toThrow(TypeError);
    expect(attempts).toBe(1);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['nothing', null, null],
    ['seconds', '120', 120_000],
    ['a date', 'Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['a date that has passed', 'Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['nonsense as nothing', 'soon', null],
  ])('reads %s', (_what, header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});

describe('systemClock', () => {
  it("ends a wait with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error('stopped');
    const wait = systemClock.wait(60_000, controller.signal);
    controller.abort(reason);
    await expect(wait).rejects.toBe(reason);
  });

  it('waits without a signal', async () => {
    await systemClock.wait(0);
    expect(systemClock.now()).toBeGreaterThan(Date.parse('2020-01-01'));
    expect(systemClock.random()).toBeLessThan(1);
  });
});
