import path from 'node:path';
import { cacheDirectory } from '../cache-directory.js';
import { TrainingError } from '../errors.js';
import { fetchHubFile, type FetchHubFileOptions, fileExists } from './fetch-hub-file.js';
import { type HubOptions, hubOptions } from './hub-options.js';

/** Where a hub has the weights of an architecture. */
export interface HubWeights {
  readonly repository: string;
  readonly file: string;
  /** Branch, tag or commit. @default 'main' */
  readonly revision?: string;
}

/** What is to know about an architecture in order to find its weights. */
export interface WeightsOwner {
  /** Its weights are `<name>.safetensors`. */
  readonly name: string;
  /** Absent or null where no hub has weights that fit. */
  readonly hub?: HubWeights | null;
}

const REMEDY =
  'Put the file there, give the path of another, or start from drawn weights (`weights: null`)';

/** `'pretrained'`, the path of a safetensors file, or null for weights drawn at random. */
export type WeightsChoice = string | null;

export interface WeightsSourceOptions extends Pick<
  FetchHubFileOptions,
  'hub' | 'signal' | 'onProgress' | 'clock'
> {
  /** @default the user's cache */
  readonly cacheDir?: string | undefined;
}

/** The weights of an architecture are not where they were expected. */
export class WeightsMissingError extends TrainingError {
  override readonly name = 'WeightsMissingError';
  readonly code = 'WEIGHTS_MISSING';
  readonly file: string;

  constructor(file: string, remedy: string) {
    super(`Expected pretrained weights at ${file}, found no file. ${remedy}`);
    this.file = file;
  }
}

/**
 * Finds the file that is meant by weights for an architecture: what the cache has as pretrained,
 * else what the hub has, which is then in the cache; or the file at a path; or none.
 */
export async function weightsSource(
  weights: WeightsChoice,
  architecture: WeightsOwner,
  { cacheDir = cacheDirectory(), ...options }: WeightsSourceOptions = {},
): Promise<string | null> {
  if (weights === null) return null;
  if (weights !== 'pretrained') {
    return existing(
      path.resolve(weights),
      "Check the path, or give `'pretrained'` for the weights that the architecture has",
    );
  }
  const cached = cachedWeights(cacheDir, architecture);
  if (!architecture.hub) return existing(cached, REMEDY);
  const as = path.relative(cacheDir, cached);
  return fetchHubFile({ ...architecture.hub, ...options, cacheDir, as });
}

/** Whether pretrained weights are at hand, and a sentence that says so to a person. */
export interface WeightsAvailability {
  readonly status: 'cached' | 'downloadable' | 'unavailable';
  readonly sentence: string;
}

/** Says where an architecture's pretrained weights would come from. Asks the disk, not the network. */
export async function weightsAvailability(
  architecture: WeightsOwner,
  {
    cacheDir = cacheDirectory(),
    offline = hubOptions().offline,
  }: { readonly cacheDir?: string; readonly offline?: HubOptions['offline'] } = {},
): Promise<WeightsAvailability> {
  const { name, hub } = architecture;
  const cached = cachedWeights(cacheDir, architecture);
  if (await fileExists(cached)) {
    return { status: 'cached', sentence: `Pretrained weights are at ${cached}` };
  }
  if (!hub) {
    const sentence = `No hub has pretrained weights of ${name}, and there are none at ${cached}. ${REMEDY}`;
    return { status: 'unavailable', sentence };
  }
  const { repository, file } = hub;
  if (offline) {
    const sentence = `Pretrained weights are not at ${cached}, and HF_HUB_OFFLINE forbids to fetch ${file} of ${repository}`;
    return { status: 'unavailable', sentence };
  }
  const sentence = `Pretrained weights will be fetched once, ${file} of ${repository} on the Hugging Face hub`;
  return { status: 'downloadable', sentence };
}

const cachedWeights = (cacheDir: string, { name }: WeightsOwner): string =>
  path.resolve(cacheDir, 'weights', `${name}.safetensors`);

async function existing(file: string, remedy: string): Promise<string> {
  if (await fileExists(file)) return file;
  throw new WeightsMissingError(file, remedy);
}
