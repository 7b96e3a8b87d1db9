import type uPlot from 'uplot';
import { formatLoss } from '../format/numbers.js';
import type { Palette } from './palette.js';

const FONT = '12px "Inter Variable", system-ui, sans-serif';

/** An axis in the page's type and colours. */
export function axis(palette: () => Palette, rest: uPlot.Axis = {}): uPlot.Axis {
  return {
    font: FONT,
    stroke: () => palette().quiet,
    grid: { stroke: () => palette().line, width: 1 },
    ticks: { show: false },
    border: { show: false },
    gap: 6,
    ...rest,
  };
}

/** The axis of a loss. */
export function lossAxis(palette: () => Palette, log = false): uPlot.Axis {
  return axis(palette, {
    size: 52,
    values: (_plot, splits) => splits.map((value) => tick(value)),
    // uPlot leaves out most labels of a logarithmic axis, which here seldom spans two decades.
    filter: (_plot, splits) => splits.map((value) => (!log || isRound(value) ? value : null)),
  });
}

/** Whether a number begins with a digit that leaves room for the label of the next. */
function isRound(value: number): boolean {
  const mantissa = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 3, 5].some((digit) => Math.abs(mantissa - digit) < 1e-6);
}

function tick(value: number | null): string {
  if (value === null) return '';
  if (value === 0) return '0';
  return Math.abs(value) >= 0.001 ? String(Number(value.toPrecision(3))) : formatLoss(value);
}

/** The font for text on a canvas, in its own pixels. */
export function canvasFont(plot: uPlot, weight = 400): string {
  const pixels = (12 * plot.ctx.canvas.width) / plot.width;
  return `${weight} ${pixels}px "Inter Variable", system-ui, sans-serif`;
}

/** Lowest and highest of the finite values of a few columns, widened a little; null if there is none. */
export function extentOf(
  columns: readonly (readonly (number | null | undefined)[])[],
): readonly [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const column of columns) {
    for (const value of column) {
      if (value === null || value === undefined || !Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low > high ? null : [low, high];
}

/** A range around an extent that a curve does not touch. */
export function paddedRange(
  extent: readonly [number, number] | null,
  log: boolean,
): [number, number] {
  if (extent === null) return log ? [0.1, 10] : [0, 1];
  const [low, high] = extent;
  if (log) return [low / 1.15, high * 1.15];
  const padding = (high - low || Math.abs(high) || 1) * 0.06;
  return [low >= 0 && low - padding < 0 ? 0 : low - padding, high + padding];
}
