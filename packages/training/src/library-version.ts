import { readFile } from 'node:fs/promises';

/** The version of this package, from its package.json. */
export async function libraryVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  // Our own file: the package manager demands the field.
  return (JSON.parse(text) as { readonly version: string }).version;
}
