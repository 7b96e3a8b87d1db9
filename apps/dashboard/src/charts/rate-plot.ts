import type uPlot from 'uplot';
import { formatRate } from '../format/numbers.js';
import type { LossSeries } from '../live/loss-series.js';
import { reduceRows } from '../live/reduce.js';
import type { Palette } from './palette.js';
import { Plot } from './plot.js';
import { axis, extentOf, paddedRange } from './plot-parts.js';
import { Tooltip } from './tooltip.js';

/** The learning rate and the momentum of every step. */
export class RatePlot {
  readonly #series: LossSeries;
  readonly #plot: Plot;
  readonly #tooltip: Tooltip;
  readonly #forget: () => void;
  #data: readonly [number[], number[], number[]] = [[], [], []];

  constructor(element: HTMLElement, series: LossSeries) {
    this.#series = series;
    this.#plot = new Plot(element, {
      options: (palette) => this.#options(palette),
      data: (width) => this.#rows(width),
      range: () => [-0.5, Math.max(series.lastStep + 0.5, 10)],
    });
    this.#tooltip = new Tooltip(element);
    this.#forget = series.onChange(() => {
      this.#plot.invalidate();
    });
  }

  destroy(): void {
    this.#forget();
    this.#plot.destroy();
  }

  #rows(width: number): uPlot.AlignedData {
    const steps = this.#series.column('steps');
    const rates = this.#series.column('learningRates');
    const momentums = this.#series.column('momentums');
    const bounds = { from: 0, to: this.#series.length, maxBuckets: Math.max(200, width) };
    const { rows } = reduceRows(steps, rates, bounds);
    const pick = (column: Float64Array) => rows.map((row) => column[row]!);
    this.#data = [pick(steps), pick(rates), pick(momentums)];
    return [...this.#data];
  }

  #options(palette: () => Palette): Omit<uPlot.Options, 'width' | 'height'> {
    return {
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: false, y: false },
        sync: { key: 'steps' },
      },
      scales: {
        x: { time: false },
        rate: { range: () => [0, (extentOf([this.#data[1]])?.[1] ?? 1) * 1.08] },
        momentum: { range: () => paddedRange(extentOf([this.#data[2]]) ?? [0.8, 1], false) },
      },
      axes: [
        axis(palette, { size: 28 }),
        axis(palette, {
          scale: 'rate',
          size: 58,
          values: (_plot, splits) => splits.map((rate) => formatRate(rate)),
        }),
        axis(palette, {
          scale: 'momentum',
          // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's enums exist as types alone.
          side: 1,
          size: 44,
          grid: { show: false },
          values: (_plot, splits) => splits.map((value) => value.toFixed(2)),
        }),
      ],
      series: [
        {},
        { scale: 'rate', stroke: () => palette()['series-3'], width: 2, points: { show: false } },
        {
          scale: 'momentum',
          stroke: () => palette()['series-2'],
          width: 1.5,
          dash: [4, 4],
          points: { show: false },
        },
      ],
      hooks: {
        setCursor: [
          (plot) => {
            this.#point(plot);
          },
        ],
      },
    };
  }

  #point({ cursor }: uPlot): void {
    const row = cursor.idx ?? -1;
    const step = this.#data[0][row];
    if (step === undefined || cursor.left === undefined || cursor.left < 0) {
      this.#tooltip.hide();
      return;
    }
    this.#tooltip.show(cursor.left + 58, `step ${step}`, [
      ['learning rate', formatRate(this.#data[1][row]!)],
      ['momentum', this.#data[2][row]!.toFixed(3)],
    ]);
  }
}
