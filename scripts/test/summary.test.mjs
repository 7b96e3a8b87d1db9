import { describe, expect, it } from 'vitest';
import { countResults, summaryLine } from './summary.mjs';

const file = (status, ...statuses) => ({
  status,
  assertionResults: statuses.map((one) => ({ status: one })),
});

describe('The last line of `npm test`', () => {
  it.each([
    ['counts tests', [file('passed', 'passed', 'passed')], '2 passed, 0 failed'],
    ['counts failures', [file('failed', 'passed', 'failed')], '1 passed, 1 failed'],
    [
      'counts a file that did not load as a failure',
      [file('failed'), file('passed', 'passed')],
      '1 passed, 1 failed',
    ],
    [
      'names what was skipped',
      [file('passed', 'passed', 'pending')],
      '1 passed, 0 failed, 1 skipped',
    ],
  ])('%s', (_sentence, testResults, line) => {
    expect(summaryLine(countResults({ testResults }))).toBe(line);
  });
});
