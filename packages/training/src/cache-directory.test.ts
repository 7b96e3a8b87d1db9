import { homedir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cacheDirectory } from './cache-directory.js';

it.each([
  ['WHETSTONE_CACHE itself', { WHETSTONE_CACHE: '/own', XDG_CACHE_HOME: '/xdg' }, '/own'],
  ['below XDG_CACHE_HOME', { XDG_CACHE_HOME: '/xdg' }, '/xdg/whetstone'],
  [
    'below the home folder',
    { WHETSTONE_CACHE: '', XDG_CACHE_HOME: '' },
    path.join(homedir(), '.cache/whetstone'),
  ],
])('is %s', (_where, env, expected) => {
  expect(cacheDirectory(env)).toBe(expected);
});
