import path from 'node:path';
import { dataDirOf } from '../data-dir.js';
import { AdminError } from './admin-error.js';

export type Environment = Readonly<Record<string, string | undefined>>;

interface ArchiveCommand<Name extends string> {
  readonly name: Name;
  readonly file: string;
  readonly dataDir: string;
}

interface MigrateCommand {
  readonly name: 'migrate';
  readonly to: 'mongodb' | 'sqlite';
  readonly mongodbUrl: string;
  readonly dataDir: string;
}

export type Command = ArchiveCommand<'backup'> | ArchiveCommand<'restore'> | MigrateCommand;

export const usage = `Usage: npm run backup -- FILE
       npm run restore -- FILE
       npm run migrate -- mongodb
       npm run migrate -- sqlite

backup   writes everything that DATA_DIR has into FILE, a tar archive; the program may run meanwhile
restore  puts such a file into DATA_DIR, which has to be empty or not there
migrate  copies all runs and datasets from the file in DATA_DIR to the database of MONGODB_URL, or back,
         reads both and compares; the source stays as it is; no process may use them meanwhile

DATA_DIR is .whetstone if it is not set. docs/backup.md says more.`;

/** Reads what was asked for, or throws. */
export function readCommand(
  commandLine: readonly string[],
  environment: Environment,
  workingDir = process.cwd(),
): Command {
  const [name, argument, ...rest] = commandLine;
  if (!argument || rest.length > 0 || argument.startsWith('-')) throw wrongUsage(commandLine);
  const dataDir = dataDirOf(environment, workingDir);
  if (name === 'migrate' && (argument === 'mongodb' || argument === 'sqlite'))
    return { name, to: argument, mongodbUrl: mongodbUrlOf(environment), dataDir };
  if (name !== 'backup' && name !== 'restore') throw wrongUsage(commandLine);
  assertEmbedded(environment);
  // npm changes to the project's folder; it says from where it was called.
  const calledFrom = environment['INIT_CWD'] ?? workingDir;
  return { name, file: path.resolve(calledFrom, argument), dataDir };
}

function wrongUsage(commandLine: readonly string[]): AdminError {
  return new AdminError(
    'USAGE',
    `Expected backup FILE, restore FILE, migrate mongodb or migrate sqlite, received ${commandLine.length === 0 ? 'nothing' : commandLine.join(' ')}\n\n${usage}`,
  );
}

function mongodbUrlOf(environment: Environment): string {
  const url = environment['MONGODB_URL']?.trim();
  if (url) return url;
  throw new AdminError(
    'OTHER_STORE',
    'Expected the database that runs are copied to or from in MONGODB_URL, received nothing. Set it to a URL such as mongodb://127.0.0.1:27017/whetstone',
  );
}

function assertEmbedded(environment: Environment): void {
  if (!environment['MONGODB_URL']?.trim()) return;
  throw new AdminError(
    'OTHER_STORE',
    'Expected the store in DATA_DIR, received MONGODB_URL: runs are in MongoDB then. Back it up with its own tools (mongodump), or unset MONGODB_URL to mean DATA_DIR',
  );
}
