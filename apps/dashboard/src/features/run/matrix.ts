/** Above this many classes a matrix shows only those with the most mistakes. */
const MOST_CLASSES = 40;
const FEW_CLASSES = 30;

/** Counts by class: row is what it was, column what the model said. */
export interface Matrix {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

export interface Cell {
  readonly actual: string;
  readonly predicted: string;
  readonly count: number;
  /** Valid pictures of the actual class. */
  readonly actualTotal: number;
}

/** A matrix cut to what can be read at once. */
export interface MatrixView {
  /** Places of the classes that are shown, in their order. */
  readonly shown: readonly number[];
  readonly isCut: boolean;
  /** The largest count off the diagonal. */
  readonly worst: number;
}

/** What to show of a matrix: all of it, or the classes with the most mistakes. */
export function viewOf({ labels, counts }: Matrix): MatrixView {
  const worst = counts.reduce(
    (most, row, actual) =>
      Math.max(most, ...row.map((count, predicted) => (predicted === actual ? 0 : count))),
    0,
  );
  const all = labels.map((_label, place) => place);
  if (labels.length <= MOST_CLASSES) return { shown: all, isCut: false, worst };
  const mistakes = all.map((place) =>
    counts.reduce(
      (sum, row, actual) =>
        actual === place
          ? sum + row.reduce((total, count) => total + count, 0) - row[place]!
          : sum + row[place]!,
      0,
    ),
  );
  const shown = all
    .toSorted((a, b) => mistakes[b]! - mistakes[a]! || a - b)
    .slice(0, FEW_CLASSES)
    .sort((a, b) => a - b);
  return { shown, isCut: true, worst };
}

export function cellOf({ labels, counts }: Matrix, actual: number, predicted: number): Cell {
  const row = counts[actual]!;
  return {
    actual: labels[actual]!,
    predicted: labels[predicted]!,
    count: row[predicted]!,
    actualTotal: row.reduce((sum, count) => sum + count, 0),
  };
}

/** A cell in words: "bird taken for critter: 4 of 18 (22 %)". */
export function describeCell({ actual, predicted, count, actualTotal }: Cell): string {
  const share = actualTotal === 0 ? 0 : Math.round((100 * count) / actualTotal);
  const verb = actual === predicted ? 'recognised' : `taken for ${predicted}`;
  return `${actual} ${verb}: ${count} of ${actualTotal} (${share} %)`;
}

/** Where no cell has more, single mistakes do not look like the worst that can be. */
const FULL_COLOUR = 4;

/** How strong a mistake's colour is, 0 to 1. The root keeps single mistakes visible beside many. */
export function strengthOf(count: number, worst: number): number {
  return count === 0 ? 0 : 0.12 + 0.78 * Math.sqrt(count / Math.max(worst, FULL_COLOUR));
}
