import { InvalidOptionError } from '../errors.js';

/** What callbacks remember, as plain JSON. Infinity is not JSON: nothing yet is null. */
export type CallbackState<Key extends string> = Readonly<Record<Key, number | null>>;

/** Reads a state that `state()` of the same callback gave. */
export function parseCallbackState<Key extends string>(
  state: unknown,
  keys: readonly Key[],
): CallbackState<Key> {
  if (!isStateOf(state, keys))
    throw new InvalidOptionError(
      'state',
      JSON.stringify(state),
      `what the same callback gave: numbers for ${keys.join(', ')}`,
    );
  return state;
}

function isStateOf<Key extends string>(
  state: unknown,
  keys: readonly Key[],
): state is CallbackState<Key> {
  if (typeof state !== 'object' || state === null) return false;
  const values = new Map<string, unknown>(Object.entries(state));
  return keys.every((key) => values.get(key) === null || typeof values.get(key) === 'number');
}
