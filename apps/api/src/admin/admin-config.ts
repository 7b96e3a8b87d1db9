import path from 'node:path';
import { dataDirOf } from '../data-dir.js';
import { AdminError } from './admin-error.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Command {
  readonly name: 'backup' | 'restore';
  readonly file: string;
  readonly dataDir: string;
}

export const usage = `Usage: npm run backup -- FILE
       npm run restore -- FILE

backup   writes everything that DATA_DIR has into FILE, a tar archive; the program may run meanwhile
restore  puts such a file into DATA_DIR, which has to be empty or not there

DATA_DIR is .whetstone if it is not set. docs/backup.md says more.`;

/** Reads what was asked for, or throws. */
export function readCommand(
  commandLine: readonly string[],
  environment: Environment,
  workingDir = process.cwd(),
): Command {
  const [name, file, ...rest] = commandLine;
  if ((name !== 'backup' && name !== 'restore') || !file || rest.length > 0 || file.startsWith('-'))
    throw new AdminError(
      'USAGE',
      `Expected backup FILE or restore FILE, received ${commandLine.length === 0 ? 'nothing' : commandLine.join(' ')}\n\n${usage}`,
    );
  if (environment['MONGODB_URL']?.trim())
    throw new AdminError(
      'OTHER_STORE',
      'Expected the store in DATA_DIR, received MONGODB_URL: runs are in MongoDB then. Back it up with its own tools (mongodump), or unset MONGODB_URL to mean DATA_DIR',
    );
  // npm changes to the project's folder; it says from where it was called.
  const calledFrom = environment['INIT_CWD'] ?? workingDir;
  return {
    name,
    file: path.resolve(calledFrom, file),
    dataDir: dataDirOf(environment, workingDir),
  };
}
