import type { Row } from './row.js';
import { epoch } from './rows/epoch.js';
import { evaluations } from './rows/evaluation.js';
import { imports } from './rows/import.js';
import { lrFinds } from './rows/lr-find.js';
import { memory } from './rows/memory.js';
import { trainSteps } from './rows/train-step.js';

/** Everything that is compared, in the order of the table. A new row is a file in rows/ and a line here. */
export const rows: readonly Row[] = [
  ...trainSteps,
  ...evaluations,
  epoch,
  memory,
  imports,
  ...lrFinds,
];

export function findRow(id: string): Row {
  const found = rows.find((row) => row.id === id);
  if (found !== undefined) return found;
  throw new Error(`Expected a row out of ${rows.map((row) => row.id).join(', ')}, received ${id}`);
}
