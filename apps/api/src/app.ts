import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { TRAINING_PROCESS_ENVIRONMENT } from '@whetstone/training';
import type { Logger } from 'pino';
import { localFiles } from './artifacts/local-files.js';
import { type Backends, openBackends } from './backends.js';
import type { Config } from './config.js';
import { DataRoots } from './datasets/data-roots.js';
import { DatasetService } from './datasets/dataset-service.js';
import { startDemo } from './demo.js';
import { PredictionFiles } from './runs/prediction-files.js';
import { RunFeed } from './runs/run-feed.js';
import { RunControl } from './runs/run-control.js';
import { RunFolds } from './runs/run-folds.js';
import { RunService } from './runs/run-service.js';
import { startServer } from './server.js';
import type { Services } from './services.js';
import { shutDown } from './shut-down.js';
import { SystemFacts } from './system-facts.js';
import { RunKeeper } from './worker/run-keeper.js';
import type { TrainerProgram } from './worker/trainer-process.js';
import { Worker } from './worker/worker.js';

export interface AppOptions {
  readonly config: Config;
  readonly log: Logger;
  /** What trains. @default the real trainer */
  readonly trainer?: TrainerProgram;
}

export interface App {
  /** Where it serves people; null if it only trains. */
  readonly address: string | null;
  /** Null if it only serves people. */
  readonly worker: Worker | null;
  /**
   * Is no longer ready, then ends training, sockets and connections, in that order: whoever watches
   * sees the last step. Closing twice is harmless.
   */
  close(): Promise<void>;
}

interface Parts extends Backends {
  readonly config: Config;
  readonly log: Logger;
  readonly trainer: TrainerProgram;
  readonly datasets: DatasetService;
}

const realTrainer: TrainerProgram = {
  file: new URL('./trainer.js', import.meta.url).pathname,
  environment: TRAINING_PROCESS_ENVIRONMENT,
};

/** Puts together what the role of this process wants, and runs it. */
export async function startApp({ config, log, trainer = realTrainer }: AppOptions): Promise<App> {
  const backends = await openBackends(config, log);
  const { store, bus, queue } = backends;
  const { dataDir } = config;
  const roots = new DataRoots(config.dataRoots);
  const datasets = new DatasetService({ store: store.datasets, roots, dataDir, bus, log });
  const parts: Parts = { ...backends, config, log, trainer, datasets };
  const keeper = new RunKeeper({
    store: store.runs,
    bus,
    queue,
    isShared: store.isShared,
    log,
  });

  await keeper.start();
  const api = config.role === 'worker' ? null : await startApi(parts);
  const worker = config.role === 'api' ? null : workerOf(parts);
  await worker?.start();
  let closed: Promise<void> | undefined;
  const close = async () => {
    const deadline = Date.now() + shutDown.answersMs;
    api?.server.drain();
    api?.services.system.close();
    await keeper.close();
    await Promise.all([
      worker === null ? queue.close() : worker.close(),
      datasets.close(),
      api !== null && store.isShared ? sleep(shutDown.noticeMs) : undefined,
    ]);
    await api?.server.close(deadline);
    await backends.close();
  };
  return { address: api?.server.address ?? null, worker, close: () => (closed ??= close()) };
}

/** Serves people. */
async function startApi(parts: Parts) {
  const { config, log, datasets } = parts;
  const files = localFiles(config.dataDir);
  const services = servicesOf(parts);
  await datasets.resumeImports();
  const server = await startServer({
    services,
    files,
    hosts: config,
    tokens: config,
    log,
    port: config.port,
  });
  if (config.demo) beginDemo(services, config, log);
  return { services, server };
}

function servicesOf({ config, trainer, datasets, store, queue, bus }: Parts): Services {
  const { dataDir, dataRoots, cacheDir } = config;
  const files = localFiles(dataDir);
  const folds = new RunFolds(store.runs);
  return {
    store,
    queue,
    runs: new RunService({ store: store.runs, folds, files, datasets, queue, bus, cacheDir }),
    control: new RunControl({ store: store.runs, folds, queue, bus, files }),
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
}

function workerOf({ config, log, trainer, datasets, store, queue, bus }: Parts): Worker {
  const { dataDir, cacheDir, featuresLimitBytes, runsAtOnce } = config;
  const scratchDir = path.join(dataDir, 'scratch');
  return new Worker({
    store: store.runs,
    isShared: store.isShared,
    runsAtOnce,
    queue,
    bus,
    files: localFiles(dataDir),
    datasets,
    cacheDir,
    featuresDir: path.join(dataDir, 'features'),
    featuresLimitBytes,
    // Where there are other workers, each has a folder of its own.
    scratchDir: store.isShared ? path.join(scratchDir, randomUUID()) : scratchDir,
    program: trainer,
    log,
  });
}

/** The demo is a courtesy: what goes wrong with it is logged, and nothing else is the worse for it. */
function beginDemo({ store, datasets, runs }: Services, config: Config, log: Logger): void {
  startDemo({ store, datasets, runs, imagesDir: config.demoImagesDir }).catch((error: unknown) => {
    log.warn({ err: error }, 'the demo could not be started');
  });
}
