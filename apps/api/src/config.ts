import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { cacheDirectory } from '@whetstone/training';
import { dataDirOf } from './data-dir.js';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What a process does: serve people, train, or both. */
const roles = ['all', 'api', 'worker'] as const;
export type Role = (typeof roles)[number];

/** Everything that the environment and the command line decide. */
export interface Config {
  readonly role: Role;
  /** Distributes runs among processes; null: there is one process. */
  readonly redisUrl: string | null;
  /** Runs that a worker trains at the same time. */
  readonly runsAtOnce: number;
  readonly port: number;
  readonly host: string;
  /** Further names in `Host` headers that this server answers to. */
  readonly allowedHosts: readonly string[];
  readonly dataDir: string;
  /** Database that keeps runs and datasets; null: a file in `dataDir`. Holds a password. */
  readonly mongodbUrl: string | null;
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

export interface ReadConfigOptions {
  readonly workingDir?: string;
  /** Without the program itself. */
  readonly commandLine?: readonly string[];
}

/** Reads the configuration, or throws with every problem there is. */
export function readConfig(
  environment: Environment,
  { workingDir = process.cwd(), commandLine = [] }: ReadConfigOptions = {},
): Config {
  const problems: string[] = [];
  const read = (name: string) => environment[name]?.trim() || undefined;
  const cache = cacheDirectory(environment);
  const dataDir = dataDirOf(environment, workingDir);
  const host = read('HOST') ?? '127.0.0.1';
  const config: Config = {
    role: readRole(commandLine, problems),
    redisUrl: readRedisUrl(read('REDIS_URL'), problems),
    runsAtOnce: readRunsAtOnce(read('WHETSTONE_RUNS_AT_ONCE') ?? '1', problems),
    port: readPort('API_PORT', read('API_PORT') ?? '4000', problems),
    host,
    allowedHosts: list(read('ALLOWED_HOSTS')),
    dataDir,
    mongodbUrl: readMongodbUrl(read('MONGODB_URL'), problems),
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
  problems.push(...refusals(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function refusals(config: Config): string[] {
  const { host, token, readToken, role, mongodbUrl, redisUrl } = config;
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
  if (mongodbUrl === null && redisUrl !== null) {
    problems.push(
      'REDIS_URL is set without MONGODB_URL: several processes need a store that all of them reach. Set MONGODB_URL as well, or unset REDIS_URL',
    );
  }
  if (mongodbUrl === null && role !== 'all') {
    problems.push(
      `Expected MONGODB_URL for --role ${role}: processes of different roles need a store that all of them reach. Set it, or leave --role out`,
    );
  }
  return problems;
}

/** `--role NAME` or `--role=NAME`. */
function readRole(commandLine: readonly string[], problems: string[]): Role {
  const [first = '', ...rest] = commandLine.flatMap((part) =>
    part.startsWith('--role=') ? ['--role', part.slice('--role='.length)] : [part],
  );
  if (first === '') return 'all';
  const role = roles.find((known) => known === rest[0]);
  if (first === '--role' && rest.length === 1 && role !== undefined) return role;
  problems.push(
    `Expected --role and one of ${roles.join(', ')}, or nothing, received "${commandLine.join(' ')}"`,
  );
  return 'all';
}

function readRedisUrl(text: string | undefined, problems: string[]): string | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '')
    return text;
  problems.push(
    // What was given may hold a password.
    'Expected REDIS_URL to be an address such as redis://127.0.0.1:6379, received something else',
  );
  return null;
}

function readRunsAtOnce(text: string, problems: string[]): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
  problems.push(
    `Expected WHETSTONE_RUNS_AT_ONCE to be a number of runs, 1 to 64, received "${text}"`,
  );
  return 1;
}

function readPort(name: string, text: string, problems: string[]): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  problems.push(
    `Expected ${name} to be a port, 1 to 65535, or 0 for any that is free, received "${text}"`,
  );
  return 0;
}

const mongodbForm = /^mongodb(\+srv)?:\/\/([^/?#@]+@)?[^/?#@]+\/([^/?#]+)(\?[^#]*)?$/;
/** What MongoDB keeps for itself. */
const ownDatabases: ReadonlySet<string> = new Set(['admin', 'config', 'local']);

/** The value is shown nowhere: a password is part of it. */
function readMongodbUrl(url: string | undefined, problems: string[]): string | null {
  if (url === undefined) return null;
  const database = mongodbForm.exec(url)?.[3];
  if (database === undefined) {
    problems.push(
      'Expected MONGODB_URL to be mongodb://HOST/DATABASE or mongodb+srv://HOST/DATABASE, with USER:PASSWORD@ before the hosts and ?OPTIONS behind the database where they are needed, received another form. Write signs of a password that mean something in a URL as %40 and so on',
    );
  } else if (ownDatabases.has(database) || /[.$"*<>:|\\ %]/.test(database)) {
    problems.push(
      `Expected MONGODB_URL to name a database of Whetstone's own, of letters, digits, - and _, received "${database}". Try "whetstone"`,
    );
  }
  return url;
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
