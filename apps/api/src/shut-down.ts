/**
 * How long the end of the program may take, in milliseconds from the first signal on. Whoever asked
 * for it waits four seconds (scripts/start.mjs) and then ends every process of the group.
 */
export const shutDown = {
  /** Where other processes serve the same runs, whoever shares out requests has this long to see that this one is not ready. */
  noticeMs: 1000,
  /** A trainer that is still busy with its batch is ended; the run goes on from its last checkpoint. */
  trainerMs: 2900,
  /** Requests and sockets that are still open are cut. */
  answersMs: 3300,
  /** The process ends, whatever it waits for. */
  processMs: 3700,
} as const;
