import process from 'node:process';
import pino from 'pino';
import { type App, startApp } from './app.js';
import { type Config, ConfigError, readConfig } from './config.js';
import { messageOf } from './errors.js';
import { shutDown } from './shut-down.js';

/** What `sysexits.h` calls a configuration error: starting again will not help. */
const EX_CONFIG = 78;

function configOrExit(): Config {
  try {
    return readConfig(process.env);
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

const config = configOrExit();
const log = pino({ level: config.logLevel }, pino.destination(2));
try {
  const app = await startApp({ config, log });
  endWith(app);
  console.log(`whetstone-api listening on ${app.address}`);
} catch (error) {
  console.error(messageOf(error));
  process.exit(1);
}
