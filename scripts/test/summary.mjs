/**
 * Counts what a Vitest JSON report says. A file that could not be loaded counts as one failure.
 *
 * @param {{ testResults: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} report
 */
export function countResults({ testResults }) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of testResults) {
    for (const { status: one } of assertionResults) {
      if (one === 'passed') counts.passed += 1;
      else if (one === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    const explained = assertionResults.some((one) => one.status === 'failed');
    if (status === 'failed' && !explained) counts.failed += 1;
  }
  return counts;
}

/** The last line is the same whatever was skipped, for those who read it by machine; skips stand above it. */
export function summaryLines({ passed, failed, skipped }) {
  return [...(skipped > 0 ? [`${skipped} skipped`] : []), `${passed} passed, ${failed} failed`];
}
