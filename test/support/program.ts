import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** The whole program, as `npm start` runs it, on free ports and with its own data folder. */
export interface Program {
  readonly dashboard: string;
  readonly api: string;
  readonly dataDir: string;
  /** Everything it printed so far. */
  readonly output: () => string;
  /** Sends a signal to the supervisor and says how it ended and after how many milliseconds. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }>;
}

export interface ProgramOptions {
  /** A data folder to go on with; a new one if left out. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes a folder that `removeFolders` removes. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), `whetstone-${name}-`));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

export async function removeFolders(): Promise<void> {
  await Promise.all(
    folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })),
  );
}

/** Starts the program and waits until it prints its two addresses. */
export async function startProgram({ dataDir, env = {} }: ProgramOptions = {}): Promise<Program> {
  const folder = dataDir ?? (await temporaryFolder('data'));
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: '0',
      API_PORT: '0',
      WHETSTONE_DEMO: '0',
      DATA_ROOTS: tmpdir(),
      DATA_DIR: folder,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const remember = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', remember);
  child.stderr.on('data', remember);
  const [dashboard, api] = await addresses(child, () => output);
  return {
    dashboard,
    api,
    dataDir: folder,
    output: () => output,
    stop: (signal = 'SIGTERM') => end(child, signal),
  };
}

function addresses(child: ChildProcess, output: () => string): Promise<[string, string]> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const dashboard = /Dashboard\s+(http:\/\/\S+)/.exec(output())?.[1];
      const api = /API\s+(http:\/\/\S+)\/graphql/.exec(output())?.[1];
      if (dashboard === undefined || api === undefined) return;
      resolve([dashboard, api]);
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => {
      reject(new Error(`The program ended with ${String(code)} before it was ready:\n${output()}`));
    });
  });
}

async function end(
  child: ChildProcess,
  signal: NodeJS.Signals,
): Promise<{ code: number | null; tookMs: number }> {
  if (child.exitCode !== null || child.signalCode !== null)
    return { code: child.exitCode, tookMs: 0 };
  const started = Date.now();
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      resolve(code);
    });
  });
  child.kill(signal);
  return { code: await exited, tookMs: Date.now() - started };
}
