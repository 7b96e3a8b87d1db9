import { InvalidOptionError } from '../../errors.js';
import type { ExtraTransform } from './extra-transform.js';
import {
  drawGeometry,
  type GeometryDraw,
  type GeometryRanges,
  type ImagePlace,
} from './geometry.js';
import { drawLighting, type LightingDraw } from './lighting.js';
import { assertBelowOne, assertWithin, MULTIPLIED } from './option-ranges.js';

export interface AugmentOptions {
  /** Mirrors half of the images. @default true */
  readonly flip?: boolean;
  /** Where `flip` is on, half of the images get any of the eight ways to lay down a square. @default false */
  readonly flipVertical?: boolean;
  /** Largest rotation to either side, in degrees. @default 10 */
  readonly maxRotate?: number;
  /** @default 1 */
  readonly minZoom?: number;
  /** @default 1.1 */
  readonly maxZoom?: number;
  /** Largest change of brightness and contrast, below 1. @default 0.2 */
  readonly maxLighting?: number;
  /** Largest perspective warp, as a share of half the side, up to 0.5 with `multiplier`. @default 0.2 */
  readonly maxWarp?: number;
  /** Share of images that each of rotation, zoom and warp touches. @default 0.75 */
  readonly affineShare?: number;
  /** Share of images that each of brightness and contrast touches. @default 0.75 */
  readonly lightingShare?: number;
  /** Multiplies `maxRotate`, `maxLighting` and `maxWarp`. @default 1 */
  readonly multiplier?: number;
  /** Smallest share of the area that a random square crop keeps. @default 1 */
  readonly minScale?: number;
  /**
   * Whether the random crop has an interpolation of its own, behind that of all other moves, as in
   * fastai. Two blur train images more than one does, and networks end better for it. @default true
   */
  readonly cropsApart?: boolean;
  /** Further transforms, in this order: `saturation`, `hue`, `randomErasing`. @default [] */
  readonly extra?: readonly ExtraTransform[];
  /** @default 42 */
  readonly seed?: number;
}

/** What is drawn for train images. The same image gets the same in any batch of its epoch. */
export interface Augmentation {
  readonly seed: number;
  /** Whether any image's light is changed. */
  readonly changesLight: boolean;
  /** Whether there is a crop, and it is interpolated by itself. */
  readonly cropsApart: boolean;
  readonly extra: readonly ExtraTransform[];
  /** What happens to the geometry of an image of `side` by `side` pixels. */
  geometryOf(place: Omit<ImagePlace, 'seed'>, side: number): GeometryDraw;
  /** What happens to its light. */
  lightingOf(place: Omit<ImagePlace, 'seed'>): LightingDraw;
}

/** The horizon reaches the corners of a square at 0.37, and takes over not much later. */
const MAX_WARP = 0.5;

/**
 * The augmentation of train images that fastai's `aug_transforms` has, with its defaults: flips,
 * rotation, zoom, warp, brightness and contrast. One thing differs: fastai draws the crop once a
 * batch; here each image has its own.
 */
export function augTransforms({
  flip = true,
  flipVertical = false,
  maxRotate = 10,
  minZoom = 1,
  maxZoom = 1.1,
  maxLighting = 0.2,
  maxWarp = 0.2,
  affineShare = 0.75,
  lightingShare = 0.75,
  multiplier = 1,
  minScale = 1,
  cropsApart = true,
  extra = [],
  seed = 42,
}: AugmentOptions = {}): Augmentation {
  const geometry: GeometryRanges = {
    flip,
    flipVertical,
    maxRotate: maxRotate * multiplier,
    minZoom,
    maxZoom,
    maxWarp: maxWarp * multiplier,
    affineShare,
    minScale,
  };
  const lighting = { maxLighting: maxLighting * multiplier, lightingShare };
  assertGeometry(geometry);
  assertWithin('lightingShare', lightingShare);
  assertBelowOne('maxLighting', lighting.maxLighting, MULTIPLIED);
  return {
    seed,
    changesLight: lighting.maxLighting > 0 && lightingShare > 0,
    cropsApart: cropsApart && minScale < 1,
    extra,
    geometryOf: (place, side) => drawGeometry(geometry, { ...place, seed }, side),
    lightingOf: (place) => drawLighting(lighting, { ...place, seed }),
  };
}

function assertGeometry(ranges: GeometryRanges): void {
  const { maxRotate, maxWarp, minZoom, maxZoom, affineShare, minScale } = ranges;
  assertWithin('affineShare', affineShare);
  assertWithin('maxRotate', maxRotate, { to: 180, of: MULTIPLIED });
  assertWithin('maxWarp', maxWarp, { to: MAX_WARP, of: MULTIPLIED });
  if (!(minZoom > 0)) throw new InvalidOptionError('minZoom', minZoom, 'above 0');
  if (!(maxZoom >= minZoom)) throw new InvalidOptionError('maxZoom', maxZoom, '`minZoom` or more');
  if (!(minScale > 0 && minScale <= 1))
    throw new InvalidOptionError('minScale', minScale, 'above 0, 1 at most');
}
