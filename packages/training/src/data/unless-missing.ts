/** For `catch`: what another process has removed, or nobody has made yet, is no failure. */
export function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
