import { measure as tellChapterFive } from './chapter-five.js';
import { measure as kill } from './kills.js';
import { measure as disturbProcesses } from './processes.js';

/**
 * The proofs in full: `npm run proof`. With a folder of photos, the story of chapter 5 as well:
 * `npm run proof -- FOLDER --python PYTHON`.
 */
export async function measure(args: readonly string[]): Promise<void> {
  await kill([]);
  await disturbProcesses([]);
  if (args.length > 0) await tellChapterFive(args);
}
