import path from 'node:path';
import { TRAINING_PROCESS_ENVIRONMENT } from '@whetstone/training';
import type { Logger } from 'pino';
import { localFiles } from './artifacts/local-files.js';
import type { Config } from './config.js';
import { DataRoots } from './datasets/data-roots.js';
import { DatasetService } from './datasets/dataset-service.js';
import { startDemo } from './demo.js';
import { inProcessQueue } from './queue/in-process.js';
import { PredictionFiles } from './runs/prediction-files.js';
import { RunFeed } from './runs/run-feed.js';
import { RunControl } from './runs/run-control.js';
import { RunFolds } from './runs/run-folds.js';
import { RunService } from './runs/run-service.js';
import { WakeBus } from './runs/wake-bus.js';
import { type RunningServer, startServer } from './server.js';
import type { Services } from './services.js';
import { shutDown } from './shut-down.js';
import { lockDataDir } from './store/sqlite/data-dir-lock.js';
import { DATABASE_FILE, openSqliteStore } from './store/sqlite/sqlite-store.js';
import { SystemFacts } from './system-facts.js';
import { recoverRuns } from './worker/recover.js';
import type { TrainerProgram } from './worker/trainer-process.js';
import { Worker } from './worker/worker.js';

export interface AppOptions {
  readonly config: Config;
  readonly log: Logger;
  /** What trains. @default the real trainer */
  readonly trainer?: TrainerProgram;
}

export interface App {
  readonly address: string;
  readonly worker: Worker;
  /**
   * Is no longer ready, then ends training, sockets and connections, in that order: whoever watches
   * sees the last step. Closing twice is harmless.
   */
  close(): Promise<void>;
}

const realTrainer: TrainerProgram = {
  file: new URL('./trainer.js', import.meta.url).pathname,
  environment: TRAINING_PROCESS_ENVIRONMENT,
};

/** Puts everything together and serves it. */
export async function startApp({ config, log, trainer = realTrainer }: AppOptions): Promise<App> {
  const lock = lockDataDir(config.dataDir);
  const store = openSqliteStore(path.join(config.dataDir, DATABASE_FILE));
  const bus = new WakeBus();
  const queue = inProcessQueue();
  const files = localFiles(config.dataDir);
  const { dataDir, dataRoots, cacheDir } = config;
  const roots = new DataRoots(dataRoots);
  const datasets = new DatasetService({ store: store.datasets, roots, dataDir, bus, log });
  const folds = new RunFolds(store.runs);
  const control = new RunControl({ store: store.runs, folds, queue, bus, files });
  const runs = new RunService({ store: store.runs, datasets, queue, bus, cacheDir });
  const worker = new Worker({
    store: store.runs,
    queue,
    bus,
    files,
    datasets,
    cacheDir,
    featuresDir: path.join(dataDir, 'features'),
    featuresLimitBytes: config.featuresLimitBytes,
    scratchDir: path.join(dataDir, 'scratch'),
    program: trainer,
    log,
  });
  const services: Services = {
    store,
    runs,
    control,
    folds,
    feed: new RunFeed(store.runs, bus),
    predictions: new PredictionFiles(files),
    datasets,
    bus,
    system: new SystemFacts({
      program: trainer,
      cacheDir,
      store: store.kind,
      queue: queue.kind,
      dataDir,
      dataRoots,
    }),
  };

  await recoverRuns({ store: store.runs, bus, queue });
  await datasets.resumeImports();
  const server = await startServer({
    services,
    files,
    hosts: config,
    tokens: config,
    log,
    port: config.port,
  });
  await worker.start();
  if (config.demo) beginDemo(services, config, log);
  return { address: server.address, worker, close: closing({ server, services, worker, lock }) };
}

/** The demo is a courtesy: what goes wrong with it is logged, and nothing else is the worse for it. */
function beginDemo({ store, datasets, runs }: Services, config: Config, log: Logger): void {
  startDemo({ store, datasets, runs, imagesDir: config.demoImagesDir }).catch((error: unknown) => {
    log.warn({ err: error }, 'the demo could not be started');
  });
}

interface Open {
  readonly server: RunningServer;
  readonly services: Services;
  readonly worker: Worker;
  readonly lock: { close(): void };
}

function closing({ server, services, worker, lock }: Open): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const close = async () => {
    const deadline = Date.now() + shutDown.answersMs;
    server.drain();
    services.system.close();
    await Promise.all([worker.close(), services.datasets.close()]);
    await server.close(deadline);
    services.store.close();
    lock.close();
  };
  return () => (closed ??= close());
}
