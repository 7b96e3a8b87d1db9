import type { Queue } from './queue/queue.js';
import type { DatasetService } from './datasets/dataset-service.js';
import type { PredictionFiles } from './runs/prediction-files.js';
import type { RunControl } from './runs/run-control.js';
import type { RunFeed } from './runs/run-feed.js';
import type { RunFolds } from './runs/run-folds.js';
import type { RunService } from './runs/run-service.js';
import type { WakeBus } from './runs/wake-bus.js';
import type { Store } from './store/store.js';
import type { SystemFacts } from './system-facts.js';

/** What resolvers call. */
export interface Services {
  readonly store: Store;
  readonly queue: Queue;
  readonly runs: RunService;
  readonly control: RunControl;
  readonly folds: RunFolds;
  readonly feed: RunFeed;
  readonly predictions: PredictionFiles;
  readonly datasets: DatasetService;
  /** Wakes those who follow runs and datasets. */
  readonly bus: WakeBus;
  readonly system: SystemFacts;
}
