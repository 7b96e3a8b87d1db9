import { spawn } from 'node:child_process';

/** Exit code with which a program refuses its configuration: starting it again would not help. */
const CONFIGURATION_REFUSED = 78;
/** Deaths this close together, this often, end the attempts. */
const QUICK_DEATH_MS = 10_000;
const MOST_QUICK_DEATHS = 5;
const LONGEST_PAUSE_MS = 5_000;
const TAIL_LINES = 15;

/**
 * Keeps one program running: starts it again when it dies, with growing pauses, until it refuses
 * its configuration or dies at once again and again.
 */
export class SupervisedChild {
  #options;
  #process = null;
  #quickDeaths = 0;
  #stopping = false;
  #restart = null;
  #tail = [];
  /** Where it listened first; later starts keep that port, whoever asked for any free one. */
  #address = null;

  /**
   * @param {{
   *   name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv,
   *   portVariable?: string,
   *   onListening: (address: string) => void, onGivenUp: (reason: string) => void,
   * }} options
   */
  constructor(options) {
    this.#options = options;
  }

  start() {
    const { name, command, args, env, portVariable } = this.#options;
    const port = this.#address && portVariable && { [portVariable]: new URL(this.#address).port };
    const startedAt = Date.now();
    // The child ends when its standard input closes, so that kill -9 of this process ends it too.
    const child = spawn(command, args, {
      env: { ...env, ...port, WHETSTONE_EXIT_WITH_PARENT: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#process = child;
    child.stdin.on('error', () => {});
    this.#forward(child.stdout, process.stdout);
    this.#forward(child.stderr, process.stderr);
    child.on('error', (error) => this.#tail.push(`${name}: ${error.message}`));
    // What it started must not outlive it, nor hold its output open.
    child.on('exit', () => this.kill());
    child.on('close', (code, signal) => {
      this.#process = null;
      if (!this.#stopping) this.#afterDeath({ code, signal, livedMs: Date.now() - startedAt });
    });
  }

  /** Asks the program to end, and ends its whole process group if it has not after `patienceMs`. */
  async stop(patienceMs) {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#process;
    if (child === null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), patienceMs);
    await closed;
    clearTimeout(timer);
  }

  /** Ends the program and everything it started, at once. */
  kill() {
    if (this.#process?.pid === undefined) return;
    try {
      process.kill(-this.#process.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }

  #afterDeath({ code, signal, livedMs }) {
    const { name, onGivenUp } = this.#options;
    const how = signal ? `was ended by ${signal}` : `ended with ${code}`;
    this.#quickDeaths = livedMs < QUICK_DEATH_MS ? this.#quickDeaths + 1 : 0;
    if (code === CONFIGURATION_REFUSED) {
      onGivenUp(`${name} refused its configuration; it says above why`);
      return;
    }
    if (this.#address === null && this.#tail.some((line) => line.includes('EADDRINUSE'))) {
      onGivenUp(`${name} could not have its port; it says above why`);
      return;
    }
    if (this.#quickDeaths >= MOST_QUICK_DEATHS) {
      onGivenUp(`${name} ${how} ${MOST_QUICK_DEATHS} times in a row:\n${this.#tail.join('\n')}`);
      return;
    }
    const pauseMs = Math.min(250 * 2 ** this.#quickDeaths, LONGEST_PAUSE_MS);
    process.stderr.write(`${name} ${how}; starting it again in ${pauseMs / 1000} s\n`);
    this.#restart = setTimeout(() => this.start(), pauseMs);
  }

  #forward(source, target) {
    let rest = '';
    source.setEncoding('utf8');
    source.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) this.#line(line, target);
    });
  }

  #line(line, target) {
    const address = / listening on (http:\/\/\S+)$/.exec(line)?.[1];
    if (address !== undefined) {
      this.#address ??= address;
      this.#options.onListening(address);
      return;
    }
    this.#tail = [...this.#tail, line].slice(-TAIL_LINES);
    target.write(`${line}\n`);
  }
}
