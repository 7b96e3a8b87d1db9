import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, isLoopback, readConfig } from './config.js';

const secret = '0123456789abcdef';

function problemsOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment, { workingDir: '/srv' });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({}, { workingDir: '/srv' })).toEqual({
      role: 'all',
      redisUrl: null,
      runsAtOnce: 1,
      port: 4000,
      host: '127.0.0.1',
      allowedHosts: [],
      dataDir: '/srv/.whetstone',
      mongodbUrl: null,
      featuresLimitBytes: 20e9,
      dataRoots: ['/srv/.whetstone', homedir()],
      token: null,
      readToken: null,
      demo: true,
      demoImagesDir: path.join(homedir(), '.cache/whetstone/demo-images'),
      cacheDir: path.join(homedir(), '.cache/whetstone'),
      logLevel: 'info',
      exitWithParent: false,
    });
  });

  it('takes what is set', () => {
    expect(
      readConfig({
        API_PORT: '0',
        HOST: '0.0.0.0',
        ALLOWED_HOSTS: 'Train.example, 10.0.0.7',
        DATA_DIR: '/data',
        MONGODB_URL: 'mongodb://db/whetstone',
        DATA_ROOTS: `${tmpdir()}${path.delimiter}/`,
        WHETSTONE_TOKEN: secret,
        WHETSTONE_READ_TOKEN: `${secret}r`,
        WHETSTONE_FEATURES_GB: '0.5',
        WHETSTONE_RUNS_AT_ONCE: '2',
        WHETSTONE_DEMO: '0',
        WHETSTONE_CACHE: '/cache',
        WHETSTONE_EXIT_WITH_PARENT: '1',
        LOG_LEVEL: 'debug',
      }),
    ).toEqual({
      role: 'all',
      redisUrl: null,
      runsAtOnce: 2,
      port: 0,
      host: '0.0.0.0',
      allowedHosts: ['train.example', '10.0.0.7'],
      dataDir: '/data',
      mongodbUrl: 'mongodb://db/whetstone',
      featuresLimitBytes: 0.5e9,
      dataRoots: [tmpdir(), '/'],
      token: secret,
      readToken: `${secret}r`,
      demo: false,
      demoImagesDir: '/cache/demo-images',
      cacheDir: '/cache',
      logLevel: 'debug',
      exitWithParent: true,
    });
  });

  it('finds the cache where XDG says', () => {
    expect(readConfig({ XDG_CACHE_HOME: '/xdg' }).cacheDir).toBe('/xdg/whetstone');
  });

  it('opens no folder by default where other machines can reach it', () => {
    expect(readConfig({ HOST: '0.0.0.0', WHETSTONE_TOKEN: secret }).dataRoots).toEqual([]);
  });

  it.each([
    ['a host beyond loopback without a token', { HOST: '0.0.0.0' }, 'WHETSTONE_TOKEN is not set'],
    ['a read token alone', { WHETSTONE_READ_TOKEN: secret }, 'without WHETSTONE_TOKEN'],
    [
      'one token for both',
      { WHETSTONE_TOKEN: secret, WHETSTONE_READ_TOKEN: secret },
      'WHETSTONE_READ_TOKEN to differ',
    ],
    ['a port that is none', { API_PORT: '70000' }, 'Expected API_PORT to be a port'],
    ['a port with a sign', { API_PORT: '-1' }, 'Expected API_PORT to be a port'],
    ['a root that is not there', { DATA_ROOTS: '/nowhere/at/all' }, '/nowhere/at/all'],
    ['a limit of nothing', { WHETSTONE_FEATURES_GB: '0' }, 'Expected WHETSTONE_FEATURES_GB'],
    ['a limit that is no number', { WHETSTONE_FEATURES_GB: '20 GB' }, 'received "20 GB"'],
    ['a level that is none', { LOG_LEVEL: 'loud' }, 'Expected LOG_LEVEL to be one of trace'],
    ['a queue without a store that is shared', { REDIS_URL: 'redis://queue' }, 'Set MONGODB_URL'],
    ['no run at all', { WHETSTONE_RUNS_AT_ONCE: '0' }, 'Expected WHETSTONE_RUNS_AT_ONCE'],
    ['a database of another kind', { MONGODB_URL: 'postgres://db/whetstone' }, 'mongodb://HOST'],
    ['a server without a database', { MONGODB_URL: 'mongodb://db:27017' }, 'HOST/DATABASE'],
    ['a server’s own database', { MONGODB_URL: 'mongodb://db/admin?w=1' }, 'received "admin"'],
  ])('refuses %s', (_sentence, environment, message) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['--role=worker', 'worker'],
    ['--role api', 'api'],
    ['', 'all'],
  ])('takes the role from the command line: %s', (line, role) => {
    const commandLine = line.split(' ').filter((part) => part !== '');
    const shared = { MONGODB_URL: 'mongodb://127.0.0.1/whetstone' };
    expect(readConfig(shared, { commandLine }).role).toBe(role);
  });

  it.each(['--role', '--role boss', 'worker', '--role api --role worker'])(
    'refuses the command line %s',
    (line) => {
      const shared = { MONGODB_URL: 'mongodb://127.0.0.1/whetstone' };
      expect(() => readConfig(shared, { commandLine: line.split(' ') })).toThrow(
        'Expected --role and one of all, api, worker',
      );
    },
  );

  it('refuses a role for one process of many without a store that is shared', () => {
    expect(() => readConfig({}, { commandLine: ['--role', 'worker'] })).toThrow(
      'Expected MONGODB_URL for --role worker',
    );
  });

  it('keeps the password of a queue to itself', () => {
    const environment = { REDIS_URL: 'http://me:secret@queue', MONGODB_URL: 'mongodb://db/one' };
    expect(problemsOf(environment)[0]).not.toContain('secret');
  });

  it.each([
    'mongodb://one:27017,two:27017/whetstone?replicaSet=rs0',
    'mongodb+srv://me:p%40ss@cluster.example/team-a_1',
    'mongodb://[::1]:27017/whetstone',
  ])('takes %s', (url) => {
    expect(readConfig({ MONGODB_URL: url }).mongodbUrl).toBe(url);
  });

  it('shows no password of a database', () => {
    const problems = problemsOf({ MONGODB_URL: 'mongodb://me:se@cret@db/whetstone' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toMatch(/cret/);
  });

  it('tells all problems at once', () => {
    expect(problemsOf({ HOST: '0.0.0.0', API_PORT: 'x', LOG_LEVEL: 'y' })).toHaveLength(3);
  });
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['127.0.0.1.example.com', false],
  ['192.168.1.2', false],
])('%s is loopback: %s', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});
