import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Where everything that can be made or fetched again is kept for this user: the native engine,
 * pretrained weights, demo images. `WHETSTONE_CACHE`, else `whetstone` in `XDG_CACHE_HOME`, else in
 * `~/.cache`. The set-up scripts, which run before this is compiled, agree.
 */
export function cacheDirectory(env: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const read = (name: string) => env[name]?.trim() || undefined;
  const own = read('WHETSTONE_CACHE');
  if (own !== undefined) return path.resolve(own);
  return path.join(read('XDG_CACHE_HOME') ?? path.join(homedir(), '.cache'), 'whetstone');
}
