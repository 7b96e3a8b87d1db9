import { describe, expect, it } from 'vitest';
import { requirementLines, requirementsHash } from './requirements.js';

const TEXT = '# What is compared with\ntorch==2.15.0\n\ntimm==1.0.31  # bodies\n';

describe('requirementLines', () => {
  it('leaves out comments and blank lines', () => {
    expect(requirementLines(TEXT)).toEqual(['torch==2.15.0', 'timm==1.0.31']);
  });

  it('takes a # within an address for no comment', () => {
    expect(requirementLines('tiny @ file:///tiny.whl#sha256=0\r\n')).toEqual([
      'tiny @ file:///tiny.whl#sha256=0',
    ]);
  });
});

describe('requirementsHash', () => {
  it('is short and goes into the name of a folder', () => {
    expect(requirementsHash(TEXT)).toMatch(/^[0-9a-f]{12}$/);
  });

  it('is the same after a change of comments', () => {
    expect(requirementsHash('torch==2.15.0\ntimm==1.0.31')).toBe(requirementsHash(TEXT));
  });

  it('is another one after a change of versions', () => {
    expect(requirementsHash('torch==2.15.1\ntimm==1.0.31')).not.toBe(requirementsHash(TEXT));
  });
});
