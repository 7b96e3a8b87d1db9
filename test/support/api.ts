import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.resolve(import.meta.dirname, '../..');

export interface ApiOptions {
  readonly dataDir: string;
  /** Datasets may be imported from below it. @default the system's temporary folder */
  readonly dataRoot?: string;
  /** @default any that is free */
  readonly port?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The API alone, as it was built, in a process of its own. */
export class Api {
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  /** Starts it and waits until it listens. */
  static async start({ dataDir, dataRoot, port = '0', env }: ApiOptions): Promise<Api> {
    const child = spawn(process.execPath, ['apps/api/dist/main.js'], {
      cwd: root,
      env: {
        ...(env ?? process.env),
        NODE_ENV: 'production',
        API_PORT: port,
        LOG_LEVEL: 'error',
        WHETSTONE_DEMO: '0',
        WHETSTONE_EXIT_WITH_PARENT: '1',
        DATA_DIR: dataDir,
        DATA_ROOTS: dataRoot ?? tmpdir(),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const address = / listening on (http:\/\/\S+)$/.exec(line)?.[1];
      if (address !== undefined) return new Api(child, address);
    }
    throw new Error('Expected the API to listen, but it ended. It says above why');
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Processes that it has started; Linux only. */
  async trainers(): Promise<readonly number[]> {
    const children = `/proc/${this.pid}/task/${this.pid}/children`;
    const pids = await readFile(children, 'utf8').catch(() => '');
    return pids.split(' ').filter(Boolean).map(Number);
  }

  /** Ends it and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    await ended;
  }
}
