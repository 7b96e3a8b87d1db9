import { readFileSync } from 'node:fs';

/** Version of this program, from its package file. */
export const whetstoneVersion = readVersion();

function readVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const known = typeof parsed === 'object' && parsed !== null && 'version' in parsed;
  return known ? String(parsed.version) : 'unknown';
}
