import { describe, expect, it } from 'vitest';
import { errorsAfter } from './error-vs-time.js';

describe('errorsAfter', () => {
  const short = [
    { seconds: 5, errorRate: 0.4 },
    { seconds: 9, errorRate: 0.3 },
  ];
  const long = [
    { seconds: 12, errorRate: 0.5 },
    { seconds: 40, errorRate: 0.2 },
  ];

  it('takes for each moment the last epoch that had ended by then, of the run that is best there', () => {
    const { parts } = errorsAfter([7, 15, 60], { 'head:2': short, 'head:9': long });
    expect(parts).toEqual({
      'after 7 s': 0.4,
      'after 15 s': 0.3,
      'after 60 s': 0.2,
      'head:2, at its end': 0.3,
      'head:9, at its end': 0.2,
    });
  });

  it('counts everything as wrong before an epoch has ended', () => {
    expect(errorsAfter([4, 10], { 'head:2': short })).toEqual({
      value: 0.65,
      parts: { 'after 4 s': 1, 'after 10 s': 0.3, 'head:2, at its end': 0.3 },
    });
  });
});
