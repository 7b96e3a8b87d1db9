/**
 * Lets a stream be ended while it waits for its next value. A generator alone would hear of it only
 * once that value has come.
 */
export function endingEarly<Value>(
  source: AsyncGenerator<Value, void, undefined>,
): AsyncIterableIterator<Value, void> {
  let end: () => void = () => undefined;
  const ended = new Promise<IteratorResult<Value, void>>((resolve) => {
    end = () => {
      resolve({ done: true, value: undefined });
    };
  });
  const over = { done: true, value: undefined } as const;
  return {
    next: () => Promise.race([source.next(), ended]),
    return() {
      end();
      // What the source still holds is let go when its wait is over.
      void source.return();
      return Promise.resolve(over);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
