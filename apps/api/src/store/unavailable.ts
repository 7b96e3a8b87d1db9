/** What MongoDB's driver calls it when no server answers in time. */
const NAMES: ReadonlySet<string> = new Set([
  'MongoClientClosedError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoNotConnectedError',
  'MongoOperationTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoServerClosedError',
  'MongoServerSelectionError',
  'MongoTopologyClosedError',
  'MongoWaitQueueTimeoutError',
  'PoolClearedOnNetworkError',
]);

/** What a MongoDB answers that has no primary, ends, cannot reach a majority, or has a full disk. */
const CODES: ReadonlySet<unknown> = new Set([
  6, 7, 50, 64, 89, 91, 100, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031,
]);

/**
 * Whether something failed because the store could not be reached or cannot write for now, by itself
 * or through its cause. A write that failed so may have been made all the same.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (NAMES.has(error.name)) return true;
  const isServers = error.name.startsWith('Mongo') && 'code' in error;
  return (isServers && CODES.has(error.code)) || isUnavailable(error.cause);
}
