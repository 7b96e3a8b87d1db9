import type { Loaders } from '../data/batch.js';
import type { VisionModel } from '../model/vision-model.js';

/** The loaders of features that belong to loaders of pixels, for as long as neither they nor the body change. */
export class FrozenLoaders {
  #made: { pixels: Loaders; fingerprint: string; features: Loaders } | undefined;
  #bodyMayDiffer = false;

  /** Features where the loaders can keep them, else the pixels: the same training, but slower. */
  of(pixels: Loaders, model: VisionModel): Loaders {
    if (pixels.frozen === undefined) return pixels;
    const made = this.#made?.pixels === pixels ? this.#made : undefined;
    if (made && !this.#bodyMayDiffer) return made.features;
    const fingerprint = model.bodyFingerprint();
    this.#bodyMayDiffer = false;
    if (made?.fingerprint === fingerprint) return made.features;
    const features = pixels.frozen({
      fingerprint,
      length: 2 * model.architecture.features,
      compute: (inputs) => model.pooledFeatures(inputs),
    });
    this.#made = { pixels, fingerprint, features };
    return features;
  }

  /** Say so after anything that may have changed the body. */
  bodyMayDiffer(): void {
    this.#bodyMayDiffer = true;
  }
}
