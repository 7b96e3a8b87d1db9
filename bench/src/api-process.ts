import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { TRAINING_PROCESS_ENVIRONMENT } from '@whetstone/training';

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
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #watch: NodeJS.Timeout;
  #peak: PeakMemory = { server: 0, trainer: 0 };

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
    this.#watch = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  /** Starts it on an empty data folder; it may import what lies below `dataRoot`. */
  static async start(dataDir: string, dataRoot: string): Promise<ApiProcess> {
    const child = spawn(process.execPath, ['apps/api/dist/main.js'], {
      cwd: root,
      env: environment({ DATA_DIR: dataDir, DATA_ROOTS: dataRoot }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const address = / listening on (http:\/\/\S+)$/.exec(line)?.[1];
      if (address !== undefined) return new ApiProcess(child, address);
    }
    throw new Error('Expected the API to listen, but it ended. It says above why');
  }

  /** What was reached until now. */
  async peakMemory(): Promise<PeakMemory> {
    await this.#look();
    return this.#peak;
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }

  async #look(): Promise<void> {
    const pid = this.#child.pid!;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const trainers = children.split(' ').filter((child) => child !== '');
    const peaks = await Promise.all(trainers.map((child) => peakOf(Number(child))));
    this.#peak = {
      server: Math.max(this.#peak.server, await peakOf(pid)),
      trainer: Math.max(this.#peak.trainer, ...peaks),
    };
  }
}

/** What the measuring process has set for itself must not make the API another one than people start. */
function environment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !(name in TRAINING_PROCESS_ENVIRONMENT),
  );
  return {
    ...Object.fromEntries(inherited),
    NODE_ENV: 'production',
    API_PORT: '0',
    LOG_LEVEL: 'error',
    WHETSTONE_DEMO: '0',
    WHETSTONE_EXIT_WITH_PARENT: '1',
    ...own,
  };
}

/** Linux calls it VmHWM, in KiB. 0 for a process that has ended. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
