import { TrainingError } from '../errors.js';

/** A split without a single sample was to be loaded. */
export class NoSamplesError extends TrainingError {
  override readonly name = 'NoSamplesError';
  readonly code = 'TOO_FEW_ITEMS';

  constructor() {
    super(
      'Expected at least one sample to load, received none. Add images to this side of the split',
    );
  }
}
