import { readFileSync } from 'node:fs';

/** The version of this package, from its package.json. */
export function libraryVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  // Our own file: the package manager demands the field.
  return (JSON.parse(text) as { readonly version: string }).version;
}
