import { parseValue as parseNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { MetricValue } from './metric-value.js';

describe('MetricValue', () => {
  it.each([
    ['a finite number stays a number', 0.25, 0.25],
    ['NaN becomes a word', Number.NaN, 'NaN'],
    ['infinity becomes a word', Infinity, 'Infinity'],
    ['negative infinity becomes a word', -Infinity, '-Infinity'],
  ])('%s', (_sentence, value, sent) => {
    expect(MetricValue.serialize(value)).toBe(sent);
    expect(MetricValue.parseValue(sent)).toBe(value);
    expect(MetricValue.parseLiteral(parseNode(JSON.stringify(sent)))).toBe(value);
  });

  it('refuses what is no number', () => {
    expect(() => MetricValue.serialize('0.25')).toThrow('to be a number, received 0.25');
    expect(() => MetricValue.parseValue('high')).toThrow('received "high"');
    expect(() => MetricValue.parseLiteral(parseNode('[1]'))).toThrow('received ListValue');
  });
});
