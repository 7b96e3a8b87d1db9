import { describe, expect, it } from 'vitest';
import { ConfigError, isLoopback, readConfig } from './config.js';

describe('readConfig', () => {
  it('serves this machine alone when nothing is said', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      allowedHosts: [],
      apiUrl: 'http://127.0.0.1:4000',
      exitWithParent: false,
      dev: false,
    });
  });

  it('reads what is said', () => {
    const environment = {
      PORT: '0',
      HOST: '::1',
      ALLOWED_HOSTS: 'Whetstone.example, box',
      API_URL: 'http://127.0.0.1:4100/',
      WHETSTONE_EXIT_WITH_PARENT: '1',
    };
    expect(readConfig(environment, ['--dev'])).toEqual({
      port: 0,
      host: '::1',
      allowedHosts: ['whetstone.example', 'box'],
      apiUrl: 'http://127.0.0.1:4100',
      exitWithParent: true,
      dev: true,
    });
  });

  it.each([
    ['a port that is none', { PORT: '99999' }, [], 'PORT'],
    [
      'an address of the API with a path',
      { API_URL: 'http://127.0.0.1:4000/graphql' },
      [],
      'API_URL',
    ],
    ['an address of the API that is none', { API_URL: 'localhost' }, [], 'API_URL'],
    ['a host beyond this machine without a token', { HOST: '0.0.0.0' }, [], 'WHETSTONE_TOKEN'],
    ['an option it does not know', {}, ['--fast'], '--fast'],
  ])('refuses %s, and names it', (...[, environment, commandLine, named]) => {
    expect(() => readConfig(environment, commandLine)).toThrow(ConfigError);
    expect(() => readConfig(environment, commandLine)).toThrow(named);
  });

  it('names everything that is wrong at once', () => {
    expect(() => readConfig({ PORT: 'x', API_URL: 'y' })).toThrow(/PORT[^]*API_URL/);
  });

  it('lets a token open a host beyond this machine', () => {
    expect(readConfig({ HOST: '0.0.0.0', WHETSTONE_TOKEN: 'a-long-secret-indeed' }).host).toBe(
      '0.0.0.0',
    );
  });
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.8.0.4', true],
  ['[::1]', true],
  ['localhost.example.org', false],
  ['127.0.0.1.example.org', false],
  ['192.168.0.4', false],
])('knows whether %s means this machine alone: %s', (host, answer) => {
  expect(isLoopback(host)).toBe(answer);
});
