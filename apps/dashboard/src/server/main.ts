import { ConfigError, type DashboardConfig, readConfig } from './config.js';
import { createDashboardServer, type DashboardServer, type Pages } from './dashboard-server.js';

/** The exit status that says "the configuration is wrong", as in BSD's sysexits. */
const EX_CONFIG = 78;
/** What is still busy by then is cut off. */
const patienceMs = 1500;

async function main(): Promise<void> {
  const config = readConfig(process.env, process.argv.slice(2));
  const server = createDashboardServer(config, await preparePages(config));
  endOnRequest(server, config.exitWithParent);
  console.log(`whetstone-dashboard listening on ${await server.listen()}`);
}

async function preparePages(config: DashboardConfig): Promise<Pages> {
  // Next and React read these as they are loaded.
  process.env['NEXT_TELEMETRY_DISABLED'] = '1';
  Object.assign(process.env, { NODE_ENV: config.dev ? 'development' : 'production' });
  const { prepareNextPages } = await import('./next-pages.js');
  return prepareNextPages(config);
}

function endOnRequest(server: DashboardServer, exitWithParent: boolean): void {
  const end = () => {
    setTimeout(() => process.exit(0), patienceMs).unref();
    server.close().then(
      () => process.exit(0),
      () => process.exit(0),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (!exitWithParent) return;
  process.stdin.on('end', end);
  process.stdin.on('close', end);
  process.stdin.resume();
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `Expected a free port for the dashboard, and another program has it (${error.message}). End that program, or set PORT to another one; 0 takes any that is free`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch((error: unknown) => {
  console.error(`whetstone-dashboard: ${explain(error)}`);
  process.exit(error instanceof ConfigError ? EX_CONFIG : 1);
});
