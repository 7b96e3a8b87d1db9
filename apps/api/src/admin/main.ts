import process from 'node:process';
import { messageOf } from '../errors.js';
import { isNoRoom, ROOM_FIX } from '../no-room.js';
import { type Command, readCommand, usage } from './admin-config.js';
import { AdminError } from './admin-error.js';
import { type BackupReport, backUp } from './backup.js';
import { progressLine } from './progress-line.js';
import { restore } from './restore.js';
import { megabytes } from './staging.js';

/** As in `sysexits.h`: the command was called in the wrong way. */
const EX_USAGE = 64;

async function main(): Promise<void> {
  if (process.argv.slice(2).some((argument) => ['--help', '-h'].includes(argument))) {
    console.log(usage);
    return;
  }
  const command = readCommand(process.argv.slice(2), process.env);
  const format = command.name === 'migrate' ? (runs: number) => `${runs} runs` : megabytes;
  const progress = progressLine(process.stderr, format);
  try {
    const outcome = await carryOut(command, progress.show);
    progress.clear();
    console.log(outcome);
  } finally {
    progress.clear();
  }
}

/** Says what was done. */
async function carryOut(
  command: Command,
  onProgress: (done: number, total: number) => void,
): Promise<string> {
  const options = { signal: endedByHand(), onProgress };
  const { dataDir } = command;
  if (command.name === 'backup') {
    const report = await backUp({ ...command, ...options });
    sayTroubles(report);
    return `Backed up ${dataDir}: ${sizeOf(report)} in ${command.file}`;
  }
  if (command.name === 'restore') {
    const header = await restore({ ...command, ...options });
    return `Restored ${dataDir}: ${sizeOf(header)} of ${header.createdAt}`;
  }
  // Loaded only here: the driver takes a quarter of a second.
  const { migrate } = await import('./migrate.js');
  const { runs, datasets, sha256 } = await migrate({ ...command, ...options });
  return `Copied ${runs} runs and ${datasets} datasets to ${command.to}. Both were read again and are equal: SHA-256 ${sha256}`;
}

const sizeOf = ({ files, bytes }: { files: number; bytes: number }) =>
  `${files} files, ${megabytes(bytes)}`;

/** What was wrong with the data folder already, and is not mended by a backup. */
function sayTroubles({ missing, damaged }: BackupReport): void {
  for (const file of missing) console.error(`Missing in the data folder, so left out: ${file}`);
  for (const file of damaged) console.error(`Not what the log says, kept as it is: ${file}`);
}

/** Ctrl-C ends the work, and what is half-done goes. */
function endedByHand(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      controller.abort(new Error('Ended by hand. Nothing was changed'));
    });
  return controller.signal;
}

main().catch((error: unknown) => {
  const fix = isNoRoom(error) && !(error instanceof AdminError) ? `. ${ROOM_FIX}` : '';
  console.error(`${messageOf(error)}${fix}`);
  process.exitCode = error instanceof AdminError && error.code === 'USAGE' ? EX_USAGE : 1;
});
