import { createHash } from 'node:crypto';
import type { ParameterStore } from './parameter-store.js';

/** SHA-256, hex, of a body's name, parameters and running statistics. */
export function bodyFingerprint(architecture: string, store: ParameterStore): string {
  const hash = createHash('sha256').update(architecture);
  for (const { name, variable } of [...store.parameters, ...store.statistics]) {
    hash.update(name);
    hash.update(variable.dataSync<'float32'>());
  }
  return hash.digest('hex');
}
