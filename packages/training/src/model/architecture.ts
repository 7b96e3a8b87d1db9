import { TrainingError } from '../errors.js';
import type { Architecture } from './body.js';
import { efficientNetLite0 } from './efficientnet-lite.js';

export type { Architecture } from './body.js';

const ARCHITECTURES: readonly Architecture[] = [efficientNetLite0];

/** An architecture was asked for that there is not. */
export class UnknownArchitectureError extends TrainingError {
  override readonly name = 'UnknownArchitectureError';
  readonly code = 'UNKNOWN_ARCHITECTURE';

  constructor(received: string, known: readonly Architecture[] = ARCHITECTURES) {
    super(
      'Expected an architecture out of ' +
        `${known.map(({ name }) => name).join(', ')}, received "${received}"`,
    );
  }
}

/** Every architecture there is, the default one first. */
export function architectures(): readonly Architecture[] {
  return ARCHITECTURES;
}

/** The architecture of that name among those that are known. */
export function architecture(
  name: string,
  known: readonly Architecture[] = ARCHITECTURES,
): Architecture {
  const found = known.find((candidate) => candidate.name === name);
  if (found === undefined) throw new UnknownArchitectureError(name, known);
  return found;
}
