import { describe, expect, it } from 'vitest';
import type { Machine } from './machine.js';
import { type MeasuredRow, mergePerformance, type Performance } from './performance.js';

const MACHINE: Machine = {
  cpu: 'Some CPU',
  cores: 2,
  threads: 2,
  memoryGb: 24,
  system: 'Linux 6.1',
  loadBefore: 0.1,
};
const ORDER = ['first', 'second', 'third'];

function measured(id: string, ours: number): MeasuredRow {
  return {
    id,
    what: `what ${id} is`,
    ours,
    unit: 'ms',
    against: 'fastai',
    peer: 2 * ours,
    ratio: 2,
    spread: [1.9, 2.1],
    bar: 1.5,
    stretch: 3,
    rounds: 3,
    date: '2026-01-01T00:00:00.000Z',
    notes: [],
  };
}

function performanceOf(rows: readonly MeasuredRow[], change: Partial<Performance> = {}) {
  const versions = { node: '20', torch: '2.15.0' };
  return { machine: MACHINE, versions, date: '2026-01-01T00:00:00.000Z', rows, ...change };
}

describe('mergePerformance', () => {
  it('takes the new rows alone where there were none, in the order of the table', () => {
    const fresh = performanceOf([measured('third', 1), measured('first', 2)]);
    const { rows } = mergePerformance(null, fresh, ORDER);
    expect(rows.map(({ id }) => id)).toEqual(['first', 'third']);
  });

  it('puts a new row in the place of the old one and keeps the others', () => {
    const old = performanceOf([measured('first', 1), measured('second', 2)]);
    const fresh = performanceOf([measured('second', 3)], { date: '2026-02-02T00:00:00.000Z' });
    expect(mergePerformance(old, fresh, ORDER)).toEqual({
      ...fresh,
      rows: [measured('first', 1), measured('second', 3)],
    });
  });

  it('drops rows that are not measured any more', () => {
    const old = performanceOf([measured('gone', 1)]);
    const { rows } = mergePerformance(old, performanceOf([measured('first', 1)]), ORDER);
    expect(rows.map(({ id }) => id)).toEqual(['first']);
  });

  it('drops rows of another version', () => {
    const old = performanceOf([measured('first', 1)], {
      versions: { node: '20', torch: '2.14.0' },
    });
    const { rows } = mergePerformance(old, performanceOf([measured('second', 1)]), ORDER);
    expect(rows.map(({ id }) => id)).toEqual(['second']);
  });

  it('keeps rows of another machine, and says which are not of the one that most are of', () => {
    const other = { ...MACHINE, cores: 4 };
    const old = performanceOf([measured('first', 1), measured('second', 1)], { machine: other });
    const one = mergePerformance(old, performanceOf([measured('third', 1)]), ORDER);
    expect(one.machine).toEqual(other);
    expect(one.rows.map(({ id, machine }) => [id, machine])).toEqual([
      ['first', undefined],
      ['second', undefined],
      ['third', MACHINE],
    ]);
    const two = mergePerformance(one, performanceOf([measured('second', 2)]), ORDER);
    expect(two.machine).toEqual(MACHINE);
    expect(two.rows.map(({ id, machine }) => [id, machine])).toEqual([
      ['first', other],
      ['second', undefined],
      ['third', undefined],
    ]);
  });

  it('keeps rows of the same machine under another load', () => {
    const machine = { ...MACHINE, loadBefore: 3 };
    const old = performanceOf([measured('first', 1)], { machine });
    const { rows } = mergePerformance(old, performanceOf([measured('second', 1)]), ORDER);
    expect(rows).toHaveLength(2);
  });

  it('keeps rows whose peer a run without PyTorch knows nothing of, and their versions', () => {
    const old = performanceOf([measured('first', 1)]);
    const fresh = performanceOf([measured('second', 1)], { versions: { node: '20', sharp: '1' } });
    const merged = mergePerformance(old, fresh, ORDER);
    expect(merged.rows).toHaveLength(2);
    expect(merged.versions).toEqual({ node: '20', torch: '2.15.0', sharp: '1' });
  });
});
