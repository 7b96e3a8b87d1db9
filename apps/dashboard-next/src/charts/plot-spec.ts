import type uPlot from 'uplot';

import type { ChartTheme } from './chart-theme';

export interface XRange {
  readonly min: number;
  readonly max: number;
}

/** What one chart shows; the frame around it sizes, colours, zooms and redraws it. */
export interface PlotSpec {
  readonly series: (theme: ChartTheme) => uPlot.Series[];
  readonly scales: uPlot.Scales;
  readonly axes: (theme: ChartTheme) => uPlot.Axis[];
  readonly data: () => uPlot.AlignedData;
  /** The whole x range, while nobody has zoomed in. */
  readonly xRange: () => XRange;
  /** Painted under the lines. */
  readonly behind?: (plot: uPlot, theme: ChartTheme) => void;
  /** Painted over the lines. */
  readonly above?: (plot: uPlot, theme: ChartTheme) => void;
  /** One line on the point under the crosshair; null: the pointer is elsewhere. */
  readonly readout: (index: number | null) => string;
  /** Charts with the same key share their crosshair. */
  readonly crosshairKey?: string;
}

/** An axis in the page's colours. */
export function axis(theme: ChartTheme, options: uPlot.Axis): uPlot.Axis {
  return {
    stroke: theme.muted,
    font: theme.font,
    grid: { stroke: theme.line, width: 1 },
    ticks: { show: false },
    ...options,
  };
}

/** Room around the values, on a scale that is linear or logarithmic. */
export function paddedRange(min: number, max: number, log: boolean): [number, number] {
  if (!Number.isFinite(min) || !Number.isFinite(max)) return log ? [0.1, 1] : [0, 1];
  if (log) return [Math.max(min, Number.MIN_VALUE) / 1.15, Math.max(max, Number.MIN_VALUE) * 1.15];
  const room = (max - min || Math.abs(max) || 1) * 0.06;
  return [min - room, max + room];
}
