import { existsSync } from 'node:fs';
import { ensureTestTool } from './test-tool.mjs';

const PLACES = [
  '/usr/bin/redis-server',
  '/usr/local/bin/redis-server',
  '/opt/homebrew/bin/redis-server',
];

/** A Redis of one's own for the tests, or null. */
export function findRedis() {
  return PLACES.find((place) => existsSync(place)) ?? null;
}

export function ensureRedis() {
  return ensureTestTool({
    name: 'Redis',
    packages: ['redis-server'],
    isThere: () => findRedis() !== null,
    use: 'the tests of several processes',
    size: '7 MB',
  });
}
