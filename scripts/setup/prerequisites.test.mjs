import { expect, it } from 'vitest';
import { assertNode, isNodeSupported } from './prerequisites.mjs';

it.each([
  ['20.18.3', false],
  ['20.19.0', true],
  ['21.7.3', false],
  ['22.11.0', false],
  ['22.12.0', true],
  ['23.11.1', false],
  ['24.0.0', true],
  ['26.1.0', true],
])('Node %s is supported: %s', (version, supported) => {
  expect(isNodeSupported(version)).toBe(supported);
});

it('says what to install in place of an old Node', () => {
  expect(() => {
    assertNode('18.20.4');
  }).toThrow(/Expected Node 20\.19 .* received 18\.20\.4\. Install/);
});
