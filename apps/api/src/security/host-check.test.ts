import { describe, expect, it } from 'vitest';
import { refusal } from './host-check.js';

const local = { host: '127.0.0.1', allowedHosts: [] };
const open = { host: '0.0.0.0', allowedHosts: ['train.example', 'lab:8080'] };
const byName = { host: 'gpu-box', allowedHosts: [] };

describe('a request', () => {
  it.each([
    ['to localhost on any port', local, 'localhost:3000'],
    ['to an address of loopback', local, '127.0.0.1:4000'],
    ['to loopback by IPv6', local, '[::1]:4000'],
    ['in capitals', local, 'LOCALHOST:3000'],
    ['to a name that is allowed', open, 'train.example:3000'],
    ['to a name and port that are allowed', open, 'lab:8080'],
    ['to the name that the server listens on', byName, 'gpu-box:4000'],
  ])('%s is taken', (_sentence, rules, host) => {
    expect(refusal({ host, origin: undefined }, rules)).toBeUndefined();
    expect(refusal({ host, origin: `http://${host}` }, rules)).toBeUndefined();
  });

  it.each([
    ['to a foreign name, which may lead here', local, 'evil.example'],
    ['to a name that begins like loopback', local, '127.0.0.1.evil.example'],
    ['to a name that begins like localhost', local, 'localhost.evil.example:3000'],
    ['to no name', local, undefined],
    ['to the empty name', local, ''],
    ['to another port of a name that is allowed with its port', open, 'lab:9090'],
    ['to the wildcard address', open, '0.0.0.0:4000'],
  ])('%s is refused', (_sentence, rules, host) => {
    expect(refusal({ host, origin: undefined }, rules)).toContain('Expected a Host header');
  });

  it.each([
    ['another site', 'http://evil.example'],
    ['another port of this machine', 'http://localhost:8080'],
    ['a sandboxed page', 'null'],
    ['a page without a scheme', 'localhost:3000'],
  ])('from %s is refused', (_sentence, origin) => {
    expect(refusal({ host: 'localhost:3000', origin }, local)).toContain(
      'from pages of this server',
    );
  });

  it('is told how to allow a name', () => {
    expect(refusal({ host: 'my-box.lan:3000', origin: undefined }, local)).toContain(
      'ALLOWED_HOSTS=my-box.lan',
    );
  });
});
