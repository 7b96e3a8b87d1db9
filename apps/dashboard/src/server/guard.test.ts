import { describe, expect, it } from 'vitest';
import { createGuard } from './guard.js';

const guard = createGuard({ host: '192.168.0.4', allowedHosts: ['whetstone.example'] });

describe('createGuard', () => {
  it.each([
    ['a tool on this machine', { host: '127.0.0.1:3000' }],
    ['a loopback name on any port', { host: 'localhost:49152' }],
    ['an IPv6 loopback address', { host: '[::1]:3000' }],
    ['the host that it listens on', { host: '192.168.0.4:3000' }],
    ['a name that was allowed, in any case', { host: 'Whetstone.Example' }],
    ['its own page', { host: 'localhost:3000', origin: 'http://localhost:3000' }],
    [
      'its own page behind a proxy that adds TLS',
      { host: 'whetstone.example', origin: 'https://whetstone.example' },
    ],
    [
      'a default port that only one of both says',
      { host: 'whetstone.example:443', origin: 'https://whetstone.example' },
    ],
  ])('lets in %s', (_who, headers) => {
    expect(guard(headers)).toBeNull();
  });

  it.each([
    ['no host at all', {}, 'ALLOWED_HOSTS'],
    ['a name that points here by DNS', { host: 'rebound.example.org:3000' }, 'rebound.example.org'],
    ['a name that begins like ours', { host: 'localhost.example.org' }, 'localhost.example.org'],
    ['a host with a user in it', { host: 'evil@localhost' }, 'evil@localhost'],
    [
      'a page from elsewhere',
      { host: 'localhost:3000', origin: 'https://example.org' },
      'https://example.org',
    ],
    [
      'a page on another port',
      { host: 'localhost:3000', origin: 'http://localhost:9' },
      'http://localhost:9',
    ],
    [
      'a page under another loopback name',
      { host: 'localhost:3000', origin: 'http://127.0.0.1:3000' },
      '127.0.0.1',
    ],
    ['a page without an address', { host: 'localhost:3000', origin: 'null' }, 'null'],
    ['a page that is a file', { host: 'localhost:3000', origin: 'file://' }, 'file://'],
  ])('keeps out %s, and says what it received', (_who, headers, named) => {
    expect(guard(headers)).toContain(named);
  });
});
