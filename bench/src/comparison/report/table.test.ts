import { describe, expect, it } from 'vitest';
import type { ComparedPeer, MeasuredRow, Performance } from './performance.js';
import { table, toMarkdown } from './table.js';

const PEER: ComparedPeer = {
  against: 'fastai',
  peer: 2900,
  ratio: 2.9,
  spread: [2.7, 3],
  bar: 2.5,
  stretch: 3.5,
};
const ROW: MeasuredRow = {
  ...PEER,
  id: 'step',
  what: 'a step',
  ours: 1000,
  unit: 'ms',
  rounds: 3,
  date: '2026-01-01T00:00:00.000Z',
  notes: [],
};

function page(rows: readonly MeasuredRow[], order = rows.map(({ id }) => id), loadBefore = 0.1) {
  const machine = { cpu: 'C', cores: 2, threads: 2, memoryGb: 24, system: 'L', loadBefore };
  const versions = { torch: '2.15.0' };
  const performance: Performance = { machine, versions, date: ROW.date, rows };
  return toMarkdown(performance, order);
}

describe('toMarkdown', () => {
  it('has a table of what stands beside the values', () => {
    const parts = [
      {
        name: 'error rate',
        ours: { mean: 0.1, standardError: 0.01 },
        peer: { mean: 0.2, standardError: null },
        difference: null,
      },
    ];
    expect(page([{ ...ROW, parts }])).toContain(
      '| `step`, 3 rounds | ours | fastai | difference, by round |\n| --- | --- | --- | --- |\n' +
        '| error rate | 0.100 ± 0.010 | 0.200 |  |',
    );
  });
});

describe('table', () => {
  it('has a line a row', () => {
    expect(table([ROW]).split('\n')).toEqual([
      '| id | what | ours | peer | ratio | spread | bar | stretch |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      '| `step` | a step | 1000 ms | 2900 ms, fastai | **2.90** | 2.70 to 3.00 | 2.50 | 3.50 |',
    ]);
  });

  it('has a line for a second peer, and leaves empty what there is not', () => {
    const second = { ...PEER, against: 'PyTorch', peer: 1234.5, bar: null, stretch: null };
    expect(table([{ ...ROW, second }]).split('\n')[3]).toBe(
      '|  |  |  | 1235 ms, PyTorch | **2.90** | 2.70 to 3.00 |  |  |',
    );
  });

  it.each([
    [0.01234, '0.0123 s'],
    [1.234, '1.23 s'],
    [123.4, '123 s'],
    [12_345, '12345 s'],
  ])('shows %d as %s', (ours, shown) => {
    expect(table([{ ...ROW, ours, unit: 's' }])).toContain(`| ${shown} |`);
  });
});

describe('toMarkdown', () => {
  it('says what was measured with what', () => {
    expect(page([ROW])).toContain('C, 2 cores, 24 GB, L; 2 threads on either side');
    expect(page([ROW])).toContain('last on 2026-01-01. With torch 2.15.0.');
  });

  it('says that other work ran beside it', () => {
    expect(page([ROW], ['step'], 3.2)).toContain(
      'Other work ran beside it (3.2 cores were busy before)',
    );
  });

  it('says so where every bar is reached', () => {
    expect(page([ROW])).toContain('Every bar of the measured rows is reached.');
  });

  it('names a row below its bar, with its spread', () => {
    const text = page([{ ...ROW, ratio: 2.1, spread: [2, 2.6] }]);
    expect(text).toContain('Below the bar:');
    expect(text).toContain(
      '- `step` against fastai: 2.10 (rounds from 2.00 to 2.60) where at least 2.50 is wanted.',
    );
    expect(text).not.toContain('Every bar');
  });

  it('says where ours is the worse one', () => {
    expect(page([{ ...ROW, ratio: 0.9 }])).toContain('; ours is the worse one.');
  });

  it('judges the second peer too', () => {
    const second = { ...PEER, against: 'PyTorch', ratio: 1.2, bar: 2, stretch: null };
    expect(page([{ ...ROW, second }])).toContain('- `step` against PyTorch: 1.20');
  });

  it('names a row between bar and stretch', () => {
    expect(page([ROW])).toContain('- `step` against fastai: 2.90 of 3.50.');
  });

  it('names rows that were not measured', () => {
    expect(page([ROW], ['step', 'epoch', 'import'])).toContain('- `epoch`, `import`.');
  });

  it('says which photos and settings the figures depend on', () => {
    const notes = ['200 of 522 the demo images', 'fastai with num_workers=0'];
    expect(page([{ ...ROW, notes }])).toContain(
      '- `step`: 200 of 522 the demo images; fastai with num_workers=0.',
    );
  });

  it('says which row was measured elsewhere, and on what', () => {
    const cpu = 'Another';
    const machine = { cpu, cores: 4, threads: 3, memoryGb: 8, system: 'S', loadBefore: 0 };
    expect(page([{ ...ROW, machine }])).toContain(
      '- `step`: both sides measured on another machine: Another, 4 cores, 8 GB, S, 3 threads.',
    );
  });
});
