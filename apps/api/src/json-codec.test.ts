import { describe, expect, it } from 'vitest';
import { decodeJson, encodeJson } from './json-codec.js';

describe('the format of the event log', () => {
  it('says NaN and the infinities as objects', () => {
    expect(encodeJson({ losses: [1.5, Number.NaN, Infinity, -Infinity] })).toBe(
      '{"losses":[1.5,{"$number":"NaN"},{"$number":"Infinity"},{"$number":"-Infinity"}]}',
    );
  });

  it.each([
    ['numbers of every kind', [0, -0, -1.25, 1e-320, Number.NaN, Infinity, -Infinity]],
    ['what looks like a number in a text', ['NaN', '{"$number":"NaN"}']],
    ['deep records', { a: { b: [{ c: Number.NaN }, null, true, ''] } }],
  ])('gives back %s', (_sentence, value) => {
    expect(decodeJson(encodeJson(value))).toEqual(value);
  });
});
