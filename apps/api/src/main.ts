import process from 'node:process';
import pino from 'pino';
import { type App, startApp } from './app.js';
import { type Config, ConfigError, readConfig } from './config.js';
import { messageOf } from './errors.js';
import { shutDown } from './shut-down.js';
import { isUnavailable } from './store/unavailable.js';

/** What `sysexits.h` calls a configuration error: starting again will not help. */
const EX_CONFIG = 78;
/** And this a service that is not there: it may be, the next time. */
const EX_UNAVAILABLE = 69;

function configOrExit(): Config {
  try {
    return readConfig(process.env, { commandLine: process.argv.slice(2) });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(EX_CONFIG);
  }
}

function endWith(app: App): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), shutDown.processMs).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(messageOf(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  if (config.exitWithParent) process.stdin.resume().on('end', end).on('close', end);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return EX_CONFIG;
  return isUnavailable(error) ? EX_UNAVAILABLE : 1;
}

const config = configOrExit();
const log = pino({ level: config.logLevel }, pino.destination(2));
try {
  const app = await startApp({ config, log });
  endWith(app);
  console.log(
    app.address === null ? 'whetstone-worker ready' : `whetstone-api listening on ${app.address}`,
  );
} catch (error) {
  console.error(messageOf(error));
  process.exit(exitCodeOf(error));
}
