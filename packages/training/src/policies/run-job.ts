import type { Predictions } from '../interpretation/predictions.js';
import type { TrainingEvent } from '../learner/training-event.js';
import type { FrozenBody } from '../model/vision-model.js';
import type { Phase } from './phase.js';

/** Everything a trainer needs to do a run from its first step, as plain data. */
export interface RunJob {
  /** The dataset version's manifest file. */
  readonly manifestFile: string;
  /** Folder of presized copies, named by content hash. Missing copies are made from the originals. */
  readonly imagesDir: string;
  /** A split for this run only; null takes the manifest's. */
  readonly split: { readonly validShare: number; readonly seed: number } | null;
  readonly architecture: string;
  /** The user's cache, in which pretrained weights are, or are put from the hub. */
  readonly cacheDir: string;
  /**
   * A checkpoint's file of another run with the same architecture and classes: this one begins with
   * its weights and running statistics, as far unfrozen, with what its optimizer remembers. Steps
   * and epochs count from 0. @default pretrained weights, frozen up to the head
   */
  readonly startFrom?: string;
  readonly imageSize: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly frozenBody: FrozenBody;
  /** Where features of a frozen body are kept. */
  readonly featuresDir: string;
  /** What that folder may take: features that were not used for longest are removed. @default 20e9 */
  readonly featuresLimitBytes?: number;
  readonly phases: readonly Phase[];
  /** Within an epoch, there are so many seconds between checkpoints at least; 0: one after each batch. @default 30 */
  readonly checkpointSeconds?: number;
}

/** Where a run's facts go, in order. */
export interface RunReporter {
  /** One fact. Batches arrive one at a time; gathering them into larger columns is the receiver's choice. */
  event(event: TrainingEvent): void;
  /** Predictions of the valid split, just before the `epoch-end` (or the evaluate phase's `phase-end`) they belong to. */
  predictions(phase: number, epoch: number, predictions: Predictions): void;
  /**
   * The best epoch so far (lowest error rate, then lowest valid loss) as one safetensors file, which
   * `loadLearner` opens and timm reads as weights.
   */
  bestWeights(epoch: number, step: number, file: Uint8Array): void;
  /**
   * All that has been reported until now, as one file that the run can go on from
   * (`TrainRunOptions.from`) and another one can begin with (`RunJob.startFrom`): at every epoch's
   * end, and between them as `checkpointSeconds` says.
   */
  checkpoint?(at: CheckpointPlace, file: Uint8Array): void;
}

/** Where a run goes on with a checkpoint. */
export interface CheckpointPlace {
  readonly phase: number;
  /** Whether that phase has begun. */
  readonly within: boolean;
  /** Whether a fit has just ended. */
  readonly endsFit: boolean;
  /** Numbers of the next epoch and step. */
  readonly epoch: number;
  readonly step: number;
}
