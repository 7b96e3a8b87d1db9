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

export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
