import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { TRAINING_PROCESS_ENVIRONMENT } from '@whetstone/training';
import { Api } from '../../test/support/api.js';

const root = path.resolve(import.meta.dirname, '../..');
const LOOK_EVERY_MS = 200;

/** Most memory that a process had resident so far, in bytes. */
export interface PeakMemory {
  /** The API's own process. */
  readonly server: number;
  /** The largest of the trainers that it has started. */
  readonly trainer: number;
}

/** Builds what has changed of the API and the engine. */
export function buildApi(): void {
  const turbo = path.join(root, 'node_modules/.bin/turbo');
  const args = ['run', 'build', '--filter=@whetstone/api', '--output-logs=errors-only'];
  const { status } = spawnSync(turbo, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('Expected the API to build. Mend what is named above');
}

/** The API in a process of its own, whose memory is watched. */
export class ApiProcess {
  readonly #api: Api;
  readonly #watch: NodeJS.Timeout;
  #peak: PeakMemory = { server: 0, trainer: 0 };

  private constructor(api: Api) {
    this.#api = api;
    this.#watch = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  /** Starts it on an empty data folder; it may import what lies below `dataRoot`. */
  static async start(dataDir: string, dataRoot: string): Promise<ApiProcess> {
    return new ApiProcess(await Api.start({ dataDir, dataRoot, env: environment() }));
  }

  get address(): string {
    return this.#api.address;
  }

  /** What was reached until now. */
  async peakMemory(): Promise<PeakMemory> {
    await this.#look();
    return this.#peak;
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    await this.#api.stop();
  }

  async #look(): Promise<void> {
    const peaks = await Promise.all((await this.#api.trainers()).map(peakOf));
    this.#peak = {
      server: Math.max(this.#peak.server, await peakOf(this.#api.pid)),
      trainer: Math.max(this.#peak.trainer, ...peaks),
    };
  }
}

/** What the measuring process has set for itself must not make the API another one than people start. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !(name in TRAINING_PROCESS_ENVIRONMENT)),
  );
}

/** Linux calls it VmHWM, in KiB. 0 for a process that has ended. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
