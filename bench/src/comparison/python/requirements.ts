import { createHash } from 'node:crypto';

/** The lines of a requirements file that pip reads, without comments. */
export function requirementLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** Names an environment by what is installed in it: comments and blank lines change nothing. */
export function requirementsHash(text: string): string {
  return createHash('sha256').update(requirementLines(text).join('\n')).digest('hex').slice(0, 12);
}
