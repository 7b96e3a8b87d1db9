import type { BatchPlace } from '../../data/batch-transform.js';
import type { Tensor4D } from '../../engine/tf.js';

/** A batch, and the seed that its draws start from. */
export interface SeededPlace extends BatchPlace {
  readonly seed: number;
}

/** One more change of train images, beside those that `augTransforms` makes by itself. */
export interface ExtraTransform {
  /**
   * The values that it works on: logits, together with brightness and contrast; `unit`, colours from
   * 0 to 1; or normalised ones, the model's inputs.
   */
  readonly space: 'logits' | 'unit' | 'normalised';
  /** Runs within `tf.tidy`. */
  readonly apply: (x: Tensor4D, place: SeededPlace) => Tensor4D;
}
