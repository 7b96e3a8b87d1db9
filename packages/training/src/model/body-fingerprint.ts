import { createHash } from 'node:crypto';
import type { ParameterStore } from './parameter-store.js';

/** SHA-256, hex, of a body's name, and of the parameters and running statistics of its layer groups before `end`. */
export function bodyFingerprint(architecture: string, store: ParameterStore, end: number): string {
  const hash = createHash('sha256').update(architecture);
  // A group may have nothing that learns, so the others alone do not tell where the body ends.
  if (end <= store.group) hash.update(`/${end}`);
  for (const { name, variable, group } of [...store.parameters, ...store.statistics]) {
    if (group >= end) continue;
    hash.update(name);
    hash.update(variable.dataSync<'float32'>());
  }
  return hash.digest('hex');
}
