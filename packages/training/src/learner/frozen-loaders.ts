import type { Loaders } from '../data/batch.js';
import type { VisionModel } from '../model/vision-model.js';

/** The loaders of features that belong to loaders of pixels, for as long as neither they nor what is frozen change. */
export class FrozenLoaders {
  #made: { pixels: Loaders; fingerprint: string; features: Loaders } | undefined;
  #frozenMayDiffer = false;

  /**
   * What layer groups from `group` on learn from: features, where what is before them never changes,
   * can be run by itself, and the loaders can keep what it makes; else the pixels, which is the same
   * training, but slower.
   */
  of(pixels: Loaders, model: VisionModel, group: number): Loaders {
    const isFrozen = group > 0 && model.frozenBody === 'cached' && model.canEnter(group);
    if (!isFrozen || pixels.frozen === undefined) return pixels;
    const made = this.#made?.pixels === pixels ? this.#made : undefined;
    if (made && !this.#frozenMayDiffer) return made.features;
    const fingerprint = model.bodyFingerprint(group);
    this.#frozenMayDiffer = false;
    if (made?.fingerprint === fingerprint) return made.features;
    const features = pixels.frozen({
      fingerprint,
      entersAt: group,
      compute: (inputs) => model.groupInputs(inputs, group),
    });
    this.#made = { pixels, fingerprint, features };
    return features;
  }

  /** Say so after anything that may have changed the frozen layer groups, or which they are. */
  frozenMayDiffer(): void {
    this.#frozenMayDiffer = true;
  }
}
