import type { Picture } from './picture.js';
import type { Split } from './splits/split.js';

/** Which picture a transform works on: all its draws follow from these. */
export interface ItemPlace {
  readonly seed: number;
  readonly epoch: number;
  /** Position of the item in the dataset. */
  readonly item: number;
  /** Nothing is drawn for valid items: they look the same every epoch. */
  readonly split: Split;
}

/** Changes one picture before it joins a batch: cropping and resizing to one size, above all. */
export type ItemTransform = (picture: Picture, place: ItemPlace) => Picture | Promise<Picture>;
