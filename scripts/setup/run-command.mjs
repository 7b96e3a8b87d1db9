import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

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
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.on(signal, () => process.exit(code));
  }
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Readonly<Record<string, string>>} [env] on top of this process's own
 * @property {string} [remedy] what to do when it fails
 * @property {number} [tailLines] how much of its output a failure shows; the rest goes to a file
 * @property {(text: string) => void} [onOutput]
 */

/**
 * Runs a command to its end and returns what it printed. A failure carries the end of its output
 * and `remedy`.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} options
 * @returns {Promise<string>}
 */
export function run(command, args, options = {}) {
  const { cwd, env, remedy = '', tailLines = 12, onOutput = () => {} } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    /** @param {Buffer} chunk */
    const remember = (chunk) => {
      output += String(chunk);
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
      const how = signal ? `was ended by ${signal}` : `ended with ${code}`;
      const line = [path.basename(command), ...args].join(' ');
      reject(new SetupError(`\`${line}\` ${how}:\n${endOf(output, tailLines)}\n${remedy}`));
    });
  });
}

/** The last lines of an output; where there are more, all of them go to a file that is named. @param {string} output @param {number} count */
function endOf(output, count) {
  const lines = output.trim().split('\n');
  if (lines.length <= count) return lines.join('\n');
  const file = path.join(tmpdir(), `whetstone-${process.pid}.log`);
  writeFileSync(file, output);
  return [...lines.slice(-count), `(everything it printed: ${file})`].join('\n');
}

/**
 * The output of a command, or null if it is not there or fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} options
 */
export async function tryRun(command, args, options = {}) {
  return run(command, args, options).then(
    (output) => output.trim(),
    () => null,
  );
}
