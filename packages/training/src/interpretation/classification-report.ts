import { type ClassReport, classReport } from './class-report.js';
import type { Predictions } from './predictions.js';

/** Precision, recall and F1, averaged over classes. */
export interface AverageScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** How well a model tells classes apart: one by one, and on the whole. */
export interface ClassificationReport {
  /** In the order of the vocab. */
  readonly classes: readonly ClassReport[];
  /** The share of items whose label was predicted; 0 without items. */
  readonly accuracy: number;
  /** Every class counts the same, one without items too (as 0). */
  readonly macroAverage: AverageScores;
  /** Every class counts by its items. */
  readonly weightedAverage: AverageScores;
  /** Items in all. */
  readonly support: number;
}

/** The report that scikit-learn calls `classification_report`, as data. */
export function classificationReport(predictions: Predictions): ClassificationReport {
  const { actuals, predicted } = predictions;
  const classes = classReport(predictions);
  const right = actuals.filter((actual, row) => actual === predicted[row]).length;
  return {
    classes,
    accuracy: actuals.length === 0 ? 0 : right / actuals.length,
    macroAverage: averageOf(classes, () => 1),
    weightedAverage: averageOf(classes, ({ support }) => support),
    support: actuals.length,
  };
}

/** The report as text, in scikit-learn's layout. */
export function formatClassificationReport(
  { classes, accuracy, macroAverage, weightedAverage, support }: ClassificationReport,
  { digits = 2 }: { /** Decimals. @default 2 */ readonly digits?: number } = {},
): string {
  const names = [...classes.map(({ label }) => label), 'weighted avg'];
  const width = Math.max(digits, ...names.map(({ length }) => length));
  // The text of a row is its name, a space, and columns of nine, each after another space.
  const row = (name: string, cells: readonly string[]) =>
    `${name.padStart(width)} ${cells.map((cell) => ` ${cell.padStart(9)}`).join('')}\n`;
  const scores = ({ precision, recall, f1 }: AverageScores, count: number) => [
    ...[precision, recall, f1].map((score) => score.toFixed(digits)),
    String(count),
  ];
  return [
    row('', ['precision', 'recall', 'f1-score', 'support']),
    '\n',
    ...classes.map((report) => row(report.label, scores(report, report.support))),
    '\n',
    row('accuracy', ['', '', accuracy.toFixed(digits), String(support)]),
    row('macro avg', scores(macroAverage, support)),
    row('weighted avg', scores(weightedAverage, support)),
  ].join('');
}

function averageOf(
  classes: readonly ClassReport[],
  weightOf: (report: ClassReport) => number,
): AverageScores {
  const total = classes.reduce((sum, report) => sum + weightOf(report), 0);
  const mean = (score: keyof AverageScores) =>
    total === 0
      ? 0
      : classes.reduce((sum, report) => sum + weightOf(report) * report[score], 0) / total;
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}
