import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

const PLACES = [
  '/usr/bin/redis-server',
  '/usr/local/bin/redis-server',
  '/opt/homebrew/bin/redis-server',
];

/** Redis on this machine, or undefined where there is none. */
export const redisPath = PLACES.find((place) => existsSync(place));

/** A Redis of a test's own, which remembers nothing. */
export class RedisServer {
  readonly url: string;
  readonly #port: number;
  #process: ChildProcess;

  private constructor(port: number, process: ChildProcess) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#port = port;
    this.#process = process;
  }

  static async start(): Promise<RedisServer> {
    const port = await freePort();
    return new RedisServer(port, await spawned(port));
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await closed;
  }

  /** Starts it again, empty, where it was. */
  async startAgain(): Promise<void> {
    this.#process = await spawned(this.#port);
  }
}

async function spawned(port: number): Promise<ChildProcess> {
  const address = ['--bind', '127.0.0.1', '--port', String(port)];
  const child = spawn(redisPath ?? '', [...address, '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    said += text;
    if (said.includes('Ready to accept connections')) break;
  }
  if (child.exitCode !== null) throw new Error(`Redis did not start:\n${said}`);
  child.stdout.resume();
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has such an address.
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
