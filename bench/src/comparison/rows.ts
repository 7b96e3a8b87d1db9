import type { Row } from './row.js';
import { cachedRecipe } from './rows/cached-recipe.js';
import { epoch } from './rows/epoch.js';
import { errorVsTime } from './rows/error-vs-time.js';
import { evaluations } from './rows/evaluation.js';
import { imports } from './rows/import.js';
import { lrFinds } from './rows/lr-find.js';
import { memory } from './rows/memory.js';
import { telemetry } from './rows/telemetry.js';
import { timeToError } from './rows/time-to-error.js';
import { trainSteps } from './rows/train-step.js';

/** Everything that is compared, in the order of the table. A new row is a file in rows/ and a line here. */
export const rows: readonly Row[] = [
  timeToError,
  cachedRecipe,
  errorVsTime,
  ...lrFinds,
  ...trainSteps,
  ...evaluations,
  epoch,
  memory,
  telemetry,
  imports,
];

export function findRow(id: string): Row {
  const found = rows.find((row) => row.id === id);
  if (found !== undefined) return found;
  throw new Error(`Expected a row out of ${rows.map((row) => row.id).join(', ')}, received ${id}`);
}
