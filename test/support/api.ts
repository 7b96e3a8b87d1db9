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
  /** @default 'all' */
  readonly role?: 'all' | 'api' | 'worker';
}

/** A process of the program, as it was built. Linux only. */
class ProgramProcess {
  readonly #child: ChildProcess;

  protected constructor(child: ChildProcess) {
    this.#child = child;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Processes that it has started. */
  async trainers(): Promise<readonly number[]> {
    const children = `/proc/${this.pid}/task/${this.pid}/children`;
    const pids = await readFile(children, 'utf8').catch(() => '');
    return pids.split(' ').filter(Boolean).map(Number);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
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

/** The API alone. */
export class Api extends ProgramProcess {
  readonly address: string;

  private constructor(child: ChildProcess, address: string) {
    super(child);
    this.address = address;
  }

  /** Starts it and waits until it listens. */
  static async start(options: ApiOptions): Promise<Api> {
    const { child, found } = await started(options, / listening on (http:\/\/\S+)$/);
    return new Api(child, found[1]!);
  }
}

/** A process that only trains. */
export class WorkerProcess extends ProgramProcess {
  /** Starts it and waits until it takes runs. */
  static async start(options: ApiOptions): Promise<WorkerProcess> {
    const { child } = await started({ ...options, role: 'worker' }, /^whetstone-worker ready$/);
    return new WorkerProcess(child);
  }
}

async function started(
  { dataDir, dataRoot, port = '0', env, role = 'all' }: ApiOptions,
  isUp: RegExp,
): Promise<{ readonly child: ChildProcess; readonly found: RegExpExecArray }> {
  const child = spawn(process.execPath, ['apps/api/dist/main.js', '--role', role], {
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
    const found = isUp.exec(line);
    if (found !== null) return { child, found };
  }
  throw new Error('Expected the program to start, but it ended. It says above why');
}
