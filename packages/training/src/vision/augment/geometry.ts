import { type Draw, uniforms } from '../../data/random.js';
import { type CropBox, randomResizedCrop } from '../random-resized-crop.js';
import type { Box } from '../sample-boxes.js';
import {
  compose,
  dihedral,
  type Point,
  type Projection,
  rotation,
  warp,
  window,
  zoom,
} from './projection.js';

/** Ranges of the draws that move pixels. */
export interface GeometryRanges {
  readonly flip: boolean;
  readonly flipVertical: boolean;
  /** Degrees. */
  readonly maxRotate: number;
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly maxWarp: number;
  /** Share of images that each of rotation, zoom and the two warps touches. */
  readonly affineShare: number;
  /** Smallest share of the area that a crop keeps. */
  readonly minScale: number;
}

/** What is done to the geometry of one image. */
export interface GeometryDraw {
  /** Index of a `dihedral`. */
  readonly dihedral: number;
  readonly degrees: number;
  readonly zoom: { readonly factor: number; readonly centre: Point };
  readonly warp: Point;
  /** Of the item's square. */
  readonly crop: CropBox;
}

/** Which image a draw is for. */
export type ImagePlace = Required<Omit<Draw, 'purpose'>>;

const MIRRORED = 1;
const DIHEDRAL_COUNT = 8;
const FLIP_SHARE = 0.5;

/** Draws what happens to one image of `side` by `side` pixels. Each part has numbers of its own. */
export function drawGeometry(
  ranges: GeometryRanges,
  place: ImagePlace,
  side: number,
): GeometryDraw {
  const { maxRotate, minZoom, maxZoom, maxWarp, affineShare, minScale } = ranges;
  const randomFor = (purpose: string) => uniforms({ ...place, purpose });
  const symmetric = (random: () => number, limit: number) =>
    random() < affineShare ? between(random(), -limit, limit) : 0;

  const zooming = randomFor('zoom');
  const isZoomed = zooming() < affineShare;
  const zoomed = between(zooming(), minZoom, maxZoom);
  return {
    dihedral: drawDihedral(ranges, randomFor('flip')),
    degrees: symmetric(randomFor('rotate'), maxRotate),
    zoom: { factor: isZoomed ? zoomed : 1, centre: { x: zooming(), y: zooming() } },
    warp: {
      x: symmetric(randomFor('warp-x'), maxWarp),
      y: symmetric(randomFor('warp-y'), maxWarp),
    },
    crop: randomResizedCrop(
      { width: side, height: side, minScale, ratio: [1, 1] },
      randomFor('batch-crop'),
    ),
  };
}

/** The map that does it all: crop first in the output's eyes, then what `toMovement` has. */
export function toProjection(draw: GeometryDraw, side: number): Projection {
  return compose(toMovement(draw), toCrop(draw, side));
}

/** All that moves pixels but the crop: zoom first in the output's eyes, then rotation, flip and warp. */
export function toMovement(draw: GeometryDraw): Projection {
  return compose(
    warp(draw.warp),
    dihedral(draw.dihedral),
    rotation(draw.degrees),
    zoom(draw.zoom.factor, draw.zoom.centre),
  );
}

/** Where the crop lies in an image of `side` by `side` pixels. */
export function toBox({ crop }: GeometryDraw, side: number): Box {
  const { left, top, width, height } = crop;
  const share = (pixel: number) => pixel / (side - 1);
  return {
    top: share(top),
    left: share(left),
    bottom: share(top + height - 1),
    right: share(left + width - 1),
  };
}

function toCrop(draw: GeometryDraw, side: number): Projection {
  const { top, left, bottom, right } = toBox(draw, side);
  const place = (share: number) => 2 * share - 1;
  return window({ x: place(left), y: place(top) }, { x: place(right), y: place(bottom) });
}

function drawDihedral({ flip, flipVertical }: GeometryRanges, random: () => number): number {
  if (!flip || random() >= FLIP_SHARE) return 0;
  return flipVertical ? Math.floor(random() * DIHEDRAL_COUNT) : MIRRORED;
}

const between = (share: number, start: number, end: number) => start + share * (end - start);
