/**
 * Ends with 0 if an address answers that all is well.
 *
 *   node docker/healthy.mjs URL
 */
const answer = await fetch(process.argv[2], { signal: AbortSignal.timeout(2_500) }).catch(
  (error) => ({ ok: false, status: String(error.cause ?? error) }),
);
console.log(answer.status);
process.exitCode = answer.ok ? 0 : 1;
