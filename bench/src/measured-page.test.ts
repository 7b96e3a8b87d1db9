import { describe, expect, it } from 'vitest';
import { withMeasurements } from './measured-page.js';

const PAGE =
  'Before.\n\n<!-- npm run bench -- growth writes from here -->\n\nOld.\n\n<!-- to here -->\n\nAfter.\n';

describe('a page with measurements', () => {
  it('has the newest in place of the old ones', () => {
    const page = withMeasurements(PAGE, 'growth', 'New.');
    expect(page).toBe(PAGE.replace('Old.', 'New.'));
    expect(withMeasurements(page, 'growth', 'Newer.')).toBe(PAGE.replace('Old.', 'Newer.'));
  });

  it('is refused without its marks, or with those of another measurement', () => {
    expect(() => withMeasurements('Nothing.', 'growth', 'New.')).toThrow(
      'Expected a page with the marks',
    );
    expect(() => withMeasurements(PAGE, 'profile', 'New.')).toThrow(
      'Expected a page with the marks',
    );
  });
});
