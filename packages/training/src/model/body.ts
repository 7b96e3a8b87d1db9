import { InvalidOptionError } from '../errors.js';
import type { HubWeights } from '../weights/weights-source.js';
import type { Layer } from './module.js';
import type { ParameterStore } from './parameter-store.js';

/** A body with pretrained weights, and what is to know about it. */
export interface Architecture {
  /** timm's name, for those that timm has. Its weights are in `<name>.safetensors`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Numbers that learn in the body. */
  readonly parameters: number;
  /** Side of the square images it was trained on, in pixels. */
  readonly imageSize: number;
  /** By colour, on pixels from 0 to 1: inputs are (pixel - mean) / std. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** SPDX name of the weights' licence. */
  readonly licence: string;
  /** Where the Hugging Face hub has its weights; left out or null where they are not there. */
  readonly hub?: HubWeights | null;
  /** Channels of the body's output. */
  readonly features: number;
  /**
   * Puts the body together, under the parameter names of its weights: one layer for each layer group,
   * input side first. A body of several groups that is given as one layer cannot be cut between them,
   * so it runs whole unless only the head learns. [batch, height, width, 3] → [batch, h, w, features]
   */
  build(store: ParameterStore): Layer | readonly Layer[];
}

/**
 * Builds a body: one layer for each of its layer groups, or one for all of them.
 *
 * @throws InvalidOptionError for any other number of layers.
 */
export function bodyLayers(architecture: Architecture, store: ParameterStore): readonly Layer[] {
  const built = architecture.build(store);
  if ('forward' in built) return [built];
  const groups = store.group + 1;
  if (built.length !== groups) {
    const expected =
      `a function that returns one layer for each of the ${groups} layer groups it begins, ` +
      'or one layer that is all of them';
    throw new InvalidOptionError('build', `${built.length} layers`, expected);
  }
  return built;
}

/** A name of a file that cannot lead out of its folder. */
const FILE_NAME = /^[\w-][\w.-]*$/;

/** Throws an InvalidOptionError that names the first fact which is missing or senseless. */
export function assertArchitecture(architecture: Architecture): void {
  const { name, parameters, imageSize, features, mean, std } = architecture;
  demand('name', name, { is: FILE_NAME.test(name), expected: 'letters, digits, "_", "-" and "."' });
  for (const option of ['title', 'description', 'licence'] as const) {
    const text = architecture[option];
    demand(option, `"${text}"`, { is: text.trim() !== '', expected: 'a text' });
  }
  for (const [option, count] of Object.entries({ parameters, imageSize, features })) {
    const is = Number.isSafeInteger(count) && count > 0;
    demand(option, count, { is, expected: 'an integer of 1 or more' });
  }
  demand('mean', mean, {
    is: mean.every(Number.isFinite),
    expected: 'three finite numbers',
  });
  demand('std', std, {
    is: std.every((value) => value > 0 && value < Infinity),
    expected: 'three finite numbers above 0',
  });
}

function demand(
  option: string,
  received: unknown,
  { is, expected }: { readonly is: boolean; readonly expected: string },
): void {
  if (!is) throw new InvalidOptionError(option, received, expected);
}
