import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Measurement } from './row.js';

/** How a side's process is started. */
export interface Command {
  /** What a failure calls the side. */
  readonly name: string;
  /** The program and its arguments. */
  readonly argv: readonly string[];
  /** @default this process's */
  readonly env?: NodeJS.ProcessEnv;
}

/** What a side says of itself once it is warm. */
export interface Readiness {
  readonly versions?: Readonly<Record<string, string>>;
  readonly note?: string;
}

const running = new Set<ChildProcess>();
// Whoever ends this process early must not leave a side at work.
process.on('exit', () => {
  for (const child of running) child.kill();
});

/** What starts every line of the protocol; libraries write other things in between. */
const MESSAGE = '{"';

/**
 * A side of a row in a process of its own. It prints a JSON object when it is warm, then, for each
 * line `round` that it reads, does its work once and prints a `Measurement`. What another side has
 * measured may follow the word. It ends when its input does.
 */
export class SideProcess {
  readonly readiness: Readiness;
  readonly #name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string, undefined>;
  readonly #ended: Promise<string>;

  private constructor(started: Started, readiness: Readiness) {
    this.readiness = readiness;
    this.#name = started.name;
    this.#child = started.child;
    this.#lines = started.lines;
    this.#ended = started.ended;
  }

  /** Starts a side and waits until it is warm. */
  static async start({ name, argv, env = process.env }: Command): Promise<SideProcess> {
    const [program, ...args] = argv;
    const child = spawn(program!, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    running.add(child);
    // A side that ends early is noticed by its missing answer, not by the pipe that breaks.
    child.stdin.on('error', () => undefined);
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => {
        resolve(error.message);
      });
      child.once('exit', (code, signal) => {
        running.delete(child);
        resolve(signal === null ? `ended with ${code}` : `was ended by ${signal}`);
      });
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const started = { name, child, lines, ended };
    return new SideProcess(started, (await nextMessage(started)) as Readiness);
  }

  /** Has the side do its work once. `peer` is told to it. */
  async measure(peer: Measurement | null): Promise<Measurement> {
    this.#child.stdin.write(peer === null ? 'round\n' : `round ${JSON.stringify(peer)}\n`);
    const started = { name: this.#name, lines: this.#lines, ended: this.#ended };
    const measurement = (await nextMessage(started)) as Measurement;
    const { value } = measurement as { value?: unknown };
    if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return measurement;
    throw new Error(
      `Expected ${this.#name} to measure a number above 0, received ${String(value)}`,
    );
  }

  /** Lets the side end, and waits for that. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }
}

interface Started {
  readonly name: string;
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: AsyncIterator<string, undefined>;
  readonly ended: Promise<string>;
}

async function nextMessage({ name, lines, ended }: Omit<Started, 'child'>): Promise<unknown> {
  for (;;) {
    const line = await lines.next();
    if (line.done === true) throw new Error(`Expected ${name} to answer, but it ${await ended}`);
    if (line.value.startsWith(MESSAGE)) return JSON.parse(line.value) as unknown;
  }
}
