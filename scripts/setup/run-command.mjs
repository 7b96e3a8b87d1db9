import { spawn } from 'node:child_process';

/** A set-up step could not do its work. The message says what failed and what to do. */
export class SetupError extends Error {
  name = 'SetupError';
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
// Whoever ends this process early must not leave a download or a compiler behind.
process.on('exit', () => {
  for (const child of running) child.kill();
});

/** Ends the process at a signal in the ordinary way, so that the commands it runs end too. */
export function exitOnSignals() {
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
    process.on(signal, () => process.exit(code));
}

/**
 * Runs a command to its end and returns what it printed. A failure carries the end of its output
 * and `remedy`.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, remedy?: string, onOutput?: (text: string) => void }} options
 */
export function run(command, args, { cwd, env, remedy = '', onOutput = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    const remember = (chunk) => {
      output += chunk;
      onOutput(String(chunk));
    };
    child.stdout.on('data', remember);
    child.stderr.on('data', remember);
    child.on('error', (error) => {
      running.delete(child);
      reject(new SetupError(`Could not run \`${command}\`: ${error.message}. ${remedy}`));
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) {
        resolve(output);
        return;
      }
      const tail = output.trim().split('\n').slice(-30).join('\n');
      const how = signal ? `was ended by ${signal}` : `ended with ${code}`;
      reject(new SetupError(`\`${[command, ...args].join(' ')}\` ${how}:\n${tail}\n${remedy}`));
    });
  });
}

/** The output of a command, or null if it is not there or fails. */
export async function tryRun(command, args) {
  return run(command, args).then(
    (output) => output.trim(),
    () => null,
  );
}
