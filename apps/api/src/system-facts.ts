import { availableParallelism, totalmem } from 'node:os';
import {
  type Architecture,
  weightsAvailability,
  type WeightsAvailability,
} from '@whetstone/training';
import type { RunEnvironment } from './runs/run-event.js';
import { whetstoneVersion } from './version.js';
import { TrainerProcess, type TrainerProgram } from './worker/trainer-process.js';

export interface SystemFactsOptions {
  readonly program: TrainerProgram;
  readonly cacheDir: string;
  readonly store: string;
  readonly queue: string;
  readonly dataDir: string;
  readonly dataRoots: readonly string[];
}

/** What runs here. The engine is asked once, in a trainer process of its own. */
export class SystemFacts {
  readonly #options: SystemFactsOptions;
  readonly #startedAt = Date.now();
  readonly #probes = new Set<TrainerProcess>();
  #environment: Promise<RunEnvironment | null> | undefined;

  constructor(options: SystemFactsOptions) {
    this.#options = options;
  }

  async describe() {
    const { store, queue, dataDir, dataRoots } = this.#options;
    const environment = await this.environment();
    return {
      version: whetstoneVersion,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      device: environment?.device ?? 'unknown',
      engine: environment?.engine ?? 'unknown',
      engineReady: environment !== null,
      tensorflow: environment?.tensorflow ?? null,
      store,
      queue,
      dataDir,
      dataRoots,
      startedAt: this.#startedAt,
    };
  }

  /** What a trainer would run on; null if the engine does not load, and then the next call asks again. */
  async environment(): Promise<RunEnvironment | null> {
    this.#environment ??= this.#probe();
    const environment = await this.#environment;
    if (environment === null) this.#environment = undefined;
    return environment;
  }

  /** Where the pretrained weights of an architecture are now. */
  weights(architecture: Architecture): Promise<WeightsAvailability> {
    return weightsAvailability(architecture, { cacheDir: this.#options.cacheDir });
  }

  close(): void {
    for (const probe of this.#probes) probe.kill();
  }

  async #probe(): Promise<RunEnvironment | null> {
    let environment: RunEnvironment | null = null;
    const probe = new TrainerProcess(this.#options.program, (message) => {
      if (message.type === 'ready') environment = message.environment;
      probe.kill();
    });
    this.#probes.add(probe);
    await probe.ended;
    this.#probes.delete(probe);
    return environment;
  }
}
