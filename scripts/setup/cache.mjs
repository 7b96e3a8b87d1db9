import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

/** The user's cache, shared by every clone: native engine, weights, demo images. */
export function cacheDir(env = process.env) {
  if (env['WHETSTONE_CACHE']) return path.resolve(env['WHETSTONE_CACHE']);
  return path.join(env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'whetstone');
}
