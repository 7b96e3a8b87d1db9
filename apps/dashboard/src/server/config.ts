import { parseArgs } from 'node:util';

/** Everything that the environment and the command line decide. */
export interface DashboardConfig {
  readonly port: number;
  readonly host: string;
  /** Further names in `Host` headers that this server answers to. */
  readonly allowedHosts: readonly string[];
  /** Where the API listens. */
  readonly apiUrl: string;
  /** Ends when stdin is closed, so that a supervisor that was killed leaves nothing behind. */
  readonly exitWithParent: boolean;
  /** Compiles pages as they are asked for. */
  readonly dev: boolean;
}

/** The environment does not describe a server that could start. Says everything that is wrong, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'BAD_CONFIGURATION';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a host name or address, IPv6 in brackets or not, means this machine alone. */
export function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Reads the configuration, or throws with every problem there is. */
export function readConfig(
  environment: Environment,
  commandLine: readonly string[] = [],
): DashboardConfig {
  const problems: string[] = [];
  const read = (name: string) => environment[name]?.trim() || undefined;
  const host = read('HOST') ?? '127.0.0.1';
  const config: DashboardConfig = {
    port: readPort(read('PORT') ?? '3000', problems),
    host,
    allowedHosts: (read('ALLOWED_HOSTS') ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
    apiUrl: readApiUrl(read('API_URL') ?? 'http://127.0.0.1:4000', problems),
    exitWithParent: read('WHETSTONE_EXIT_WITH_PARENT') === '1',
    dev: readDev(commandLine, problems),
  };
  if (!isLoopback(host) && read('WHETSTONE_TOKEN') === undefined) {
    problems.push(
      `HOST=${host} is reachable from other machines, and WHETSTONE_TOKEN is not set: anyone could start training here. Set WHETSTONE_TOKEN to a secret of 16 characters or more, or leave HOST out to serve this machine alone`,
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function readPort(text: string, problems: string[]): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  problems.push(
    `Expected PORT to be a port, 1 to 65535, or 0 for any that is free, received "${text}"`,
  );
  return 0;
}

function readApiUrl(text: string, problems: string[]): string {
  const isPlain = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (isPlain && new URL(text).pathname === '/') return new URL(text).origin;
  problems.push(
    `Expected API_URL to be an address without a path, such as http://127.0.0.1:4000, received "${text}"`,
  );
  return text;
}

function readDev(commandLine: readonly string[], problems: string[]): boolean {
  try {
    const { values } = parseArgs({
      args: [...commandLine],
      options: { dev: { type: 'boolean', default: false } },
    });
    return values.dev;
  } catch {
    problems.push(`Expected no option but --dev, received "${commandLine.join(' ')}"`);
    return false;
  }
}
