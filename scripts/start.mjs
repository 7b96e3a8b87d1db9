/**
 * Installs what is missing, builds, and keeps API and dashboard running until Ctrl-C.
 *
 *   npm start
 *   npm run dev      builds again and restarts as files change
 *   npm start -- --role api|worker    one of many processes (docs/several-processes.md)
 */
import path from 'node:path';
import { build } from './start/build.mjs';
import { SupervisedChild } from './start/child.mjs';
import { watchSources } from './start/watch.mjs';
import { cacheDir, root } from './setup/cache.mjs';
import { ensureSetup } from './setup/ensure-setup.mjs';
import { SetupError } from './setup/run-command.mjs';

/** Everything ends within five seconds of the first signal. */
const PATIENCE_MS = 4_000;
const isDev = process.argv.includes('--dev');
/** What the program itself makes of the command line. */
const passedOn = process.argv.slice(2).filter((part) => part !== '--dev');
const isWorker = /^--role[= ]worker$/.test(passedOn.join(' '));

/** @type {SupervisedChild[]} */
const children = [];
let stopping = false;

async function stop(exitCode) {
  if (stopping) {
    for (const child of children) child.kill();
    process.exit(exitCode);
  }
  stopping = true;
  await Promise.all(children.map((child) => child.stop(PATIENCE_MS)));
  process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));

function giveUp(reason) {
  process.stderr.write(`\n${reason}\n`);
  void stop(1);
}

/** Starts a program and returns its address once it listens; later starts keep that address. */
function startChild({ name, portVariable }, args, env) {
  return new Promise((resolve) => {
    const child = new SupervisedChild({
      name,
      portVariable,
      command: process.execPath,
      args,
      env: { ...process.env, NODE_ENV: isDev ? 'development' : 'production', ...env },
      onListening: resolve,
      onGivenUp: giveUp,
    });
    children.push(child);
    child.start();
  });
}

async function main() {
  await ensureSetup();
  await build();
  if (stopping) return;
  if (isWorker) {
    startChild({ name: 'Worker' }, apiArguments(), { WHETSTONE_CACHE: cacheDir() });
    if (isDev) watchSources();
    return;
  }
  const api = await startChild({ name: 'API', portVariable: 'API_PORT' }, apiArguments(), {
    WHETSTONE_CACHE: cacheDir(),
  });
  const dashboard = await startChild(
    { name: 'Dashboard', portVariable: 'PORT' },
    dashboardArguments(),
    {
      API_URL: localAddress(api),
      NEXT_TELEMETRY_DISABLED: '1',
    },
  );
  process.stdout.write(`\n  Dashboard  ${dashboard}\n  API        ${api}/graphql\n\n`);
  if (isDev) watchSources();
}

const apiArguments = () => [
  ...(isDev ? ['--watch', '--watch-preserve-output'] : []),
  path.join(root, 'apps/api/dist/main.js'),
  ...passedOn,
];
const dashboardArguments = () => [
  path.join(root, 'apps/dashboard/dist/server/main.js'),
  ...(isDev ? ['--dev'] : []),
];

/** Where the dashboard reaches an API that listens on every address. */
function localAddress(address) {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\nCould not start. ${error.message}\n`);
  process.exit(1);
}
