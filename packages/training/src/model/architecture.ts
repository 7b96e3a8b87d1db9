import { InvalidOptionError, TrainingError } from '../errors.js';
import { assertArchitecture, type Architecture } from './body.js';
import {
  efficientNetLite0,
  efficientNetLite1,
  efficientNetLite2,
} from './architectures/efficientnet-lite.js';
import { mobileNetV2 } from './architectures/mobilenet-v2.js';
import { resNet18, resNet34, resNet50 } from './architectures/resnet.js';

export type { Architecture } from './body.js';

/** By name, in the order in which they are listed: ours, then those registered. */
const registered = new Map<string, Architecture>(
  [
    efficientNetLite0,
    efficientNetLite1,
    efficientNetLite2,
    mobileNetV2,
    resNet18,
    resNet34,
    resNet50,
  ].map((ours) => [ours.name, ours]),
);

/** An architecture was asked for that there is not. */
export class UnknownArchitectureError extends TrainingError {
  override readonly name = 'UnknownArchitectureError';
  readonly code = 'UNKNOWN_ARCHITECTURE';

  constructor(received: string, known: readonly Architecture[] = architectures()) {
    super(
      `Expected an architecture out of ${known.map(({ name }) => name).join(', ')}, ` +
        `received "${received}". Add one of your own with \`registerArchitecture\``,
    );
  }
}

/** Every architecture there is, the default one first. */
export function architectures(): readonly Architecture[] {
  return [...registered.values()];
}

/** The architecture of that name among those that are known. */
export function architecture(
  name: string,
  known: readonly Architecture[] = architectures(),
): Architecture {
  const found = known.find((candidate) => candidate.name === name);
  if (found === undefined) throw new UnknownArchitectureError(name, known);
  return found;
}

/**
 * Adds a body of one's own to those that are listed and found by name, in this process. Do it before
 * a run names it; `visionLearner` takes an architecture that is not registered just as well.
 *
 * @throws InvalidOptionError if a fact about it is missing or senseless, or its name is taken.
 */
export function registerArchitecture(own: Architecture): void {
  assertArchitecture(own);
  if (registered.has(own.name)) {
    throw new InvalidOptionError('name', own.name, 'one that no other architecture has');
  }
  registered.set(own.name, own);
}
