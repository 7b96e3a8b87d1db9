import { homedir } from 'node:os';
import path from 'node:path';

/** The user's cache of this program: native engine, weights, demo images. */
export const cacheDir =
  process.env['WHETSTONE_CACHE'] ??
  path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'whetstone');
