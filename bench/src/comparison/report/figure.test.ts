import { describe, expect, it } from 'vitest';
import { toFigure } from './figure.js';
import type { MeasuredRow } from './performance.js';

const ROW: MeasuredRow = {
  id: 'step',
  what: 'a step',
  against: 'fastai',
  ours: 1,
  peer: 4,
  unit: 's',
  ratio: 4,
  spread: [4, 4],
  bar: 2,
  stretch: 3,
  rounds: 1,
  date: '2026-01-01T00:00:00.000Z',
  notes: [],
};

describe('toFigure', () => {
  it('draws ratios from 1 on a logarithmic scale, and a stroke at what is wanted', () => {
    const figure = toFigure([ROW]);
    expect(figure).toContain('class="better" x="290" y="44" width="360"');
    // The square root of the longest bar's ratio lies halfway.
    expect(figure).toContain('class="wanted" x1="470" x2="470"');
    expect(figure).toContain('>4.00</text>');
  });

  it('draws a worse row to the left of 1', () => {
    const figure = toFigure([ROW, { ...ROW, ratio: 0.25, bar: null }]);
    expect(figure).toContain('class="worse" x="290" y="66" width="180"');
    expect(figure).toContain('class="better" x="470" y="44" width="180"');
  });

  it('names the peer up to its first comma or colon, and tells all to those who see no picture', () => {
    const figure = toFigure([{ ...ROW, against: 'PyTorch, "default" layout' }]);
    expect(figure).toContain('step <tspan class="peer">· PyTorch</tspan>');
    expect(figure).toContain(
      'aria-label="Times better than the peer. step: 4.00 PyTorch, &quot;default&quot; layout"',
    );
  });
});
