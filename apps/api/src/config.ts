import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { cacheDirectory } from '@whetstone/training';
import { dataDirOf } from './data-dir.js';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Everything that the environment decides. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Further names in `Host` headers that this server answers to. */
  readonly allowedHosts: readonly string[];
  readonly dataDir: string;
  /** What the features of frozen bodies may take of it. */
  readonly featuresLimitBytes: number;
  /** Folders from which datasets may be imported by path. */
  readonly dataRoots: readonly string[];
  /** May read and write; null: everyone may, which loopback alone allows. */
  readonly token: string | null;
  /** May only read. */
  readonly readToken: string | null;
  readonly demo: boolean;
  readonly demoImagesDir: string;
  /** Weights and whatever else can be fetched again. */
  readonly cacheDir: string;
  readonly logLevel: LogLevel;
  /** Ends when stdin is closed, so that a supervisor that was killed leaves nothing behind. */
  readonly exitWithParent: boolean;
}

/** The environment does not describe a server that could start. Says everything that is wrong, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

/** Whether a name or address means this machine alone. */
export function isLoopback(host: string): boolean {
  return loopbackHosts.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Reads the configuration, or throws with every problem there is. */
export function readConfig(environment: Environment, workingDir = process.cwd()): Config {
  const problems: string[] = [];
  const read = (name: string) => environment[name]?.trim() || undefined;
  const cache = cacheDirectory(environment);
  const dataDir = dataDirOf(environment, workingDir);
  const host = read('HOST') ?? '127.0.0.1';
  const config: Config = {
    port: readPort('API_PORT', read('API_PORT') ?? '4000', problems),
    host,
    allowedHosts: list(read('ALLOWED_HOSTS')),
    dataDir,
    featuresLimitBytes: readGigabytes(
      'WHETSTONE_FEATURES_GB',
      read('WHETSTONE_FEATURES_GB') ?? '20',
      problems,
    ),
    dataRoots: readDataRoots(read('DATA_ROOTS'), { host, dataDir, workingDir, problems }),
    token: read('WHETSTONE_TOKEN') ?? null,
    readToken: read('WHETSTONE_READ_TOKEN') ?? null,
    demo: read('WHETSTONE_DEMO') !== '0',
    demoImagesDir: path.join(cache, 'demo-images'),
    cacheDir: cache,
    logLevel: readLogLevel(read('LOG_LEVEL') ?? 'info', problems),
    exitWithParent: read('WHETSTONE_EXIT_WITH_PARENT') === '1',
  };
  problems.push(...refusals(config, read));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

type Read = (name: string) => string | undefined;

function refusals({ host, token, readToken }: Config, read: Read): string[] {
  const problems: string[] = [];
  if (!isLoopback(host) && token === null) {
    problems.push(
      `HOST=${host} is reachable from other machines, and WHETSTONE_TOKEN is not set: anyone could start training here. Set WHETSTONE_TOKEN to a secret ("openssl rand -hex 16" makes one), or leave HOST out to serve this machine alone`,
    );
  }
  if (token !== null && token === readToken) {
    problems.push(
      'Expected WHETSTONE_READ_TOKEN to differ from WHETSTONE_TOKEN, received the same. Choose another one',
    );
  }
  if (token === null && readToken !== null) {
    problems.push(
      'WHETSTONE_READ_TOKEN is set without WHETSTONE_TOKEN, so nobody could change anything. Set WHETSTONE_TOKEN as well',
    );
  }
  for (const name of ['MONGODB_URL', 'REDIS_URL']) {
    if (read(name) !== undefined) {
      problems.push(
        `${name} is set, but this version keeps everything in DATA_DIR and knows no other store or queue. Unset ${name}`,
      );
    }
  }
  return problems;
}

function readPort(name: string, text: string, problems: string[]): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  problems.push(
    `Expected ${name} to be a port, 1 to 65535, or 0 for any that is free, received "${text}"`,
  );
  return 0;
}

/** In bytes. */
function readGigabytes(name: string, text: string, problems: string[]): number {
  const bytes = Number(text) * 1e9;
  if (/^[\d.]+$/.test(text) && bytes > 0) return bytes;
  problems.push(
    `Expected ${name} to be a number of gigabytes above 0, such as 20 or 0.5, received "${text}"`,
  );
  return 0;
}

interface DataRootOptions {
  readonly host: string;
  readonly dataDir: string;
  readonly workingDir: string;
  readonly problems: string[];
}

function readDataRoots(
  text: string | undefined,
  { host, dataDir, workingDir, problems }: DataRootOptions,
): readonly string[] {
  if (text === undefined) return isLoopback(host) ? [dataDir, homedir()] : [];
  const roots = text
    .split(path.delimiter)
    .filter((part) => part.trim() !== '')
    .map((part) => path.resolve(workingDir, part.trim()));
  for (const root of roots) {
    if (existsSync(root) && statSync(root).isDirectory()) continue;
    problems.push(
      `Expected DATA_ROOTS to name folders that exist, separated by "${path.delimiter}", received ${root}, which there is not`,
    );
  }
  return roots;
}

function readLogLevel(text: string, problems: string[]): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level !== undefined) return level;
  problems.push(`Expected LOG_LEVEL to be one of ${logLevels.join(', ')}, received "${text}"`);
  return 'info';
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
}
