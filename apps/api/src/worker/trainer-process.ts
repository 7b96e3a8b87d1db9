import { type ChildProcess, fork } from 'node:child_process';
import type { FromTrainer, ToTrainer } from './trainer-messages.js';

/** A program that speaks the trainer’s side of `trainer-messages.ts`. */
export interface TrainerProgram {
  readonly file: string;
  /** Node’s own arguments, such as a loader. */
  readonly nodeArguments?: readonly string[];
  /** What it should find in its environment, unless this process has a value of its own for it. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a trainer’s process ended. */
export interface TrainerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
}

/** Characters of stderr that are kept: the end says why a process died. */
const STDERR_KEPT = 4000;

/** A trainer in a process of its own: TensorFlow blocks the event loop, and may crash. */
export class TrainerProcess {
  /** Resolves once the process has ended and every message it sent was handed out. */
  readonly ended: Promise<TrainerExit>;
  readonly #child: ChildProcess;
  #stderr = '';

  constructor(program: TrainerProgram, onMessage: (message: FromTrainer) => void) {
    this.#child = fork(program.file, [], {
      serialization: 'advanced',
      execArgv: [...(program.nodeArguments ?? [])],
      env: { ...program.environment, ...process.env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = `${this.#stderr}${text}`.slice(-STDERR_KEPT);
    });
    // The cast trusts our own program at the other end of the channel.
    this.#child.on('message', (message) => {
      onMessage(message as FromTrainer);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#stderr = `${this.#stderr}\n${error.message}`.slice(-STDERR_KEPT);
        if (this.#child.pid === undefined)
          resolve({ code: null, signal: null, stderr: this.#stderr });
      });
      this.#child.once('close', (code, signal) => {
        resolve({ code, signal, stderr: this.#stderr.trim() });
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends a message; one that can no longer arrive is dropped, as `ended` tells the rest. */
  send(message: ToTrainer): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
