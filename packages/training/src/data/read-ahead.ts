/** Work that can be started. It may give up once `signal` says that nobody waits for it any more. */
export type Task<Result> = (signal: AbortSignal) => Promise<Result>;

/**
 * Runs tasks in order, keeps `ahead` of them going beside the one that is waited for, and yields
 * their results in order. Leaving the loop early, or a failure, starts no further task and waits
 * for those that are going, so that nothing is left behind.
 */
export async function* readAhead<Result>(
  tasks: readonly Task<Result>[],
  ahead: number,
): AsyncGenerator<Result> {
  const end = new AbortController();
  const going: Promise<Result>[] = [];
  let started = 0;
  const startUpTo = (count: number) => {
    for (; started < Math.min(count, tasks.length); started += 1) {
      const result = tasks[started]!(end.signal);
      // Its failure is thrown when its turn comes; until then it must not count as unhandled.
      result.catch(() => undefined);
      going.push(result);
    }
  };
  try {
    for (let turn = 0; turn < tasks.length; turn += 1) {
      startUpTo(turn + 1 + ahead);
      yield await going.shift()!;
    }
  } finally {
    end.abort();
    await Promise.allSettled(going);
  }
}

/** Lets at most `limit` tasks go at once; the others wait for their turn, first come, first served. */
export function limitConcurrency(
  limit: number,
): <Result>(task: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let going = 0;
  return async (task) => {
    if (going >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else going += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) going -= 1;
      else next();
    }
  };
}
