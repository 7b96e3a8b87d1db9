import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A fresh id that sorts by time: its kind, ten characters of milliseconds, ten of chance. */
export function freshId(kind: 'run' | 'ds', now = Date.now()): string {
  let time = '';
  for (let rest = now; time.length < 10; rest = Math.floor(rest / 32)) {
    time = `${alphabet[rest % 32] ?? '0'}${time}`;
  }
  const chance = Array.from(randomBytes(10), (byte) => alphabet[byte % 32] ?? '0').join('');
  return `${kind}_${time}${chance}`;
}
