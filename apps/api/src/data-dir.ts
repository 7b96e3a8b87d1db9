import path from 'node:path';

/** Where the program keeps everything. */
export function dataDirOf(
  environment: Readonly<Record<string, string | undefined>>,
  workingDir: string,
): string {
  return path.resolve(workingDir, environment['DATA_DIR']?.trim() || '.whetstone');
}
