import type uPlot from 'uplot';
import { formatLoss, formatRate } from '../format/numbers.js';
import type { LossSeries } from '../live/loss-series.js';
import {
  brush,
  drawEpochs,
  drawNonFinite,
  drawSegments,
  type EpochMark,
  nameSegments,
} from './loss-marks.js';
import { type LossRows, lossRows } from './loss-rows.js';
import { fade, type Palette } from './palette.js';
import { Plot } from './plot.js';
import { axis, extentOf, lossAxis, paddedRange } from './plot-parts.js';
import type { Segment } from './segments.js';
import { Tooltip, type TooltipLine } from './tooltip.js';

/** What stands on the curve beside the losses themselves. */
export interface LossMarks {
  readonly segments: readonly Segment[];
  readonly epochs: readonly EpochMark[];
  readonly log: boolean;
}

/** What a drawing shows, for those who want to say it in words. */
export interface LossDrawing {
  readonly bucketSize: number;
  readonly hasNonFinite: boolean;
  readonly zoomed: boolean;
}

export interface LossPlotOptions {
  readonly onDrawn: (drawing: LossDrawing) => void;
}

/** The loss of every batch as a ghost, its average as a line, and what was found at each epoch. */
export class LossPlot {
  readonly #element: HTMLElement;
  readonly #series: LossSeries;
  readonly #plot: Plot;
  readonly #tooltip: Tooltip;
  readonly #onDrawn: LossPlotOptions['onDrawn'];
  readonly #forget: () => void;
  #marks: LossMarks = { segments: [], epochs: [], log: false };
  #rows: LossRows = { steps: [], losses: [], smoothed: [], nonFinite: [], bucketSize: 1 };
  #zoom: readonly [number, number] | null = null;

  constructor(element: HTMLElement, series: LossSeries, { onDrawn }: LossPlotOptions) {
    this.#element = element;
    this.#series = series;
    this.#onDrawn = onDrawn;
    this.#plot = new Plot(element, {
      options: (palette) => this.#options(palette),
      data: (width) => this.#data(width),
      range: () => this.#range(),
    });
    this.#tooltip = new Tooltip(element);
    this.#forget = series.onChange(() => {
      this.#plot.invalidate();
    });
  }

  update(marks: LossMarks): void {
    const rebuild = marks.log !== this.#marks.log;
    this.#marks = marks;
    if (rebuild) this.#plot.rebuild();
    else this.#plot.invalidate();
  }

  /** Shows a stretch of steps, or, for null, all of them. */
  zoom(range: readonly [number, number] | null): void {
    this.#zoom = range;
    this.#plot.invalidate();
  }

  destroy(): void {
    this.#forget();
    this.#plot.destroy();
  }

  #range(): readonly [number, number] {
    return this.#zoom ?? [-0.5, Math.max(this.#series.lastStep + 0.5, 10)];
  }

  #data(width: number): uPlot.AlignedData {
    this.#rows = lossRows(this.#series, {
      range: this.#range(),
      maxBuckets: Math.max(200, width),
      log: this.#marks.log,
    });
    this.#element.dataset['points'] = String(this.#rows.steps.length);
    this.#onDrawn({
      bucketSize: this.#rows.bucketSize,
      hasNonFinite: this.#rows.nonFinite.length > 0,
      zoomed: this.#zoom !== null,
    });
    const { steps, losses, smoothed } = this.#rows;
    return [[...steps], [...losses], [...smoothed]];
  }

  #options(palette: () => Palette): Omit<uPlot.Options, 'width' | 'height'> {
    const { log } = this.#marks;
    return {
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        bind: {
          dblclick: () => () => {
            this.zoom(null);
            return null;
          },
        },
        sync: { key: 'steps' },
      },
      scales: {
        x: { time: false },
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's enums exist as types alone.
        y: { distr: log ? 3 : 1, range: () => this.#lossRange() },
      },
      axes: [axis(palette, { size: 28, incrs: stepIncrements }), lossAxis(palette, log)],
      series: [
        {},
        { stroke: () => fade(palette().accent, 0.5), width: 1, points: { show: false } },
        { stroke: () => palette().accent, width: 2.5, points: { show: false } },
      ],
      hooks: {
        drawClear: [
          (plot) => {
            drawSegments(brush(plot, palette()), this.#marks.segments);
          },
        ],
        drawAxes: [
          (plot) => {
            nameSegments(brush(plot, palette()), this.#marks.segments);
          },
        ],
        draw: [
          (plot) => {
            this.#drawMarks(plot, palette());
          },
        ],
        setSelect: [
          (plot) => {
            this.#select(plot);
          },
        ],
        setCursor: [
          (plot) => {
            this.#point(plot);
          },
        ],
      },
    };
  }

  #drawMarks(plot: uPlot, palette: Palette): void {
    drawEpochs(brush(plot, palette), this.#marks.epochs);
    drawNonFinite(brush(plot, palette), this.#rows.nonFinite);
  }

  /** Spikes of single batches do not set the scale: the line and the dots do, with room above. */
  #lossRange(): [number, number] {
    const [from, to] = this.#range();
    const valid = this.#marks.epochs
      .filter(({ step }) => step >= from && step <= to)
      .map(({ validLoss }) => validLoss);
    const raw = extentOf([this.#rows.losses]);
    const main = extentOf([this.#rows.smoothed, valid]) ?? raw;
    if (raw === null || main === null) return paddedRange(main, this.#marks.log);
    const low = Math.min(main[0], raw[0]);
    const high = Math.max(main[1], Math.min(raw[1], main[1] * 2.5));
    return paddedRange([low, high], this.#marks.log);
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 8) return;
    this.zoom([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  #point({ cursor }: uPlot): void {
    const row = cursor.idx;
    const step = row === null || row === undefined ? undefined : this.#rows.steps[row];
    if (step === undefined || cursor.left === undefined || cursor.left < 0) {
      this.#tooltip.hide();
      return;
    }
    const at = this.#series.indexOf(step);
    const epoch = this.#series.column('epochs')[at]!;
    const judged = this.#marks.epochs.find((mark) => mark.epoch === epoch);
    const lines: TooltipLine[] = [
      ['this batch', formatLoss(this.#series.column('losses')[at]!)],
      ['smoothed', formatLoss(this.#series.column('smoothedLosses')[at]!)],
      ['learning rate', formatRate(this.#series.column('learningRates')[at]!)],
      ...(judged ? [['valid, end of epoch', formatLoss(judged.validLoss)] as const] : []),
    ];
    this.#tooltip.show(cursor.left + 52, `step ${step} · epoch ${epoch + 1}`, lines);
  }
}

/** Steps are whole. */
const stepIncrements = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500]
  .flatMap((step) => (step < 100 ? [step] : [step, step * 10, step * 100, step * 1000]))
  .sort((a, b) => a - b);
