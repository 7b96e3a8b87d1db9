import { describe, expect, it } from 'vitest';
import { countResults, summaryLines } from './summary.mjs';

const file = (status, ...statuses) => ({
  status,
  assertionResults: statuses.map((one) => ({ status: one })),
});

describe('The last words of `npm test`', () => {
  it.each([
    ['count tests', [file('passed', 'passed', 'passed')], '2 passed, 0 failed'],
    ['count failures', [file('failed', 'passed', 'failed')], '1 passed, 1 failed'],
    [
      'count a file that did not load as a failure',
      [file('failed'), file('passed', 'passed')],
      '1 passed, 1 failed',
    ],
    [
      'are preceded by what was skipped',
      [file('passed', 'passed', 'pending')],
      '1 skipped\n1 passed, 0 failed',
    ],
  ])('%s', (_sentence, testResults, line) => {
    expect(summaryLines(countResults({ testResults })).join('\n')).toBe(line);
  });
});
