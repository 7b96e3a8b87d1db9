import type {
  CheckpointPlace,
  FitAdjustment,
  Predictions,
  RunJob,
  TrainingEvent,
} from '@whetstone/training';
import type { RunEnvironment } from '../runs/run-event.js';

/** What a worker tells its trainer. */
export type ToTrainer =
  | {
      readonly type: 'job';
      readonly job: RunJob;
      /** An empty folder for what is too large for the channel; the worker removes it. */
      readonly scratchDir: string;
      /** A checkpoint's file to go on from; null: from the beginning. */
      readonly checkpoint: string | null;
      /** Adjustments that the log says took effect behind the checkpoint, to be made again. */
      readonly adjustments: readonly Extract<TrainingEvent, { type: 'adjusted' }>[];
    }
  /** Change the fit at hand, from the next batch on. */
  | { readonly type: 'adjust'; readonly adjustment: FitAdjustment }
  /** End after the batch at hand. */
  | { readonly type: 'stop' };

/** What a trainer tells its worker, in the order in which it happened. */
export type FromTrainer =
  /** The engine is loaded; a job may come. */
  | { readonly type: 'ready'; readonly environment: RunEnvironment }
  | { readonly type: 'event'; readonly event: TrainingEvent }
  | {
      readonly type: 'predictions';
      readonly phase: number;
      readonly epoch: number;
      readonly predictions: Predictions;
    }
  | {
      readonly type: 'best-weights';
      readonly epoch: number;
      readonly step: number;
      /** Path of a file in the scratch folder: tens of megabytes would hold up every message behind them. */
      readonly file: string;
      readonly sha256: string;
      readonly bytes: number;
    }
  | (CheckpointPlace & {
      readonly type: 'checkpoint';
      /** Path of a file in the scratch folder. */
      readonly file: string;
    })
  | { readonly type: 'ended'; readonly status: 'completed' | 'stopped' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
