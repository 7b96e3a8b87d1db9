import type uPlot from 'uplot';
import { formatLoss, formatRate } from '../format/numbers.js';
import type { FinderCurve } from '../live/finder-curve.js';
import { finderLossRange, markedSuggestions, readablePart } from './finder-points.js';
import { fade, type Palette } from './palette.js';
import { Plot } from './plot.js';
import { axis, canvasFont, lossAxis, paddedRange } from './plot-parts.js';
import { Tooltip } from './tooltip.js';

type Column = (number | null)[];

/** The loss against the learning rate, with what the rules suggest. */
export class FinderPlot {
  readonly #curve: FinderCurve;
  readonly #plot: Plot;
  readonly #tooltip: Tooltip;
  readonly #forget: () => void;

  constructor(element: HTMLElement, curve: FinderCurve) {
    this.#curve = curve;
    this.#plot = new Plot(element, {
      options: (palette) => this.#options(palette),
      data: () => this.#data(),
      range: () => this.#range(),
    });
    this.#tooltip = new Tooltip(element);
    this.#forget = curve.onChange(() => {
      this.#plot.invalidate();
    });
  }

  destroy(): void {
    this.#forget();
    this.#plot.destroy();
  }

  #range(): readonly [number, number] {
    const rates = this.#curve.column('learningRates');
    const first = rates[0] ?? 1e-7;
    return [first, Math.max(rates.at(-1) ?? 10, first * 10)];
  }

  #data(): uPlot.AlignedData {
    const smoothed = this.#curve.column('smoothedLosses');
    const { from, to } = readablePart(this.#curve);
    const where = (keep: (point: number) => boolean): Column =>
      Array.from(smoothed, (loss, point) => (keep(point) && Number.isFinite(loss) ? loss : null));
    return [
      Array.from(this.#curve.column('learningRates')),
      Array.from(this.#curve.column('losses'), (loss) => (Number.isFinite(loss) ? loss : null)),
      // The faded parts meet the other at a point that belongs to both.
      where((point) => point <= from || point >= to - 1),
      where((point) => point >= from && point < to),
    ];
  }

  #options(palette: () => Palette): Omit<uPlot.Options, 'width' | 'height'> {
    const ghost = (share: number) => () => fade(palette().accent, share);
    return {
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's enums exist as types alone.
        x: { time: false, distr: 3 },
        y: { range: () => paddedRange(finderLossRange(this.#curve), false) },
      },
      axes: [
        axis(palette, {
          size: 28,
          space: 44,
          values: (_plot, splits) => splits.map((rate) => (isDecade(rate) ? decade(rate) : '')),
          filter: (_plot, splits) => [...splits],
          grid: {
            stroke: () => palette().line,
            width: 1,
            filter: (_plot, splits) => splits.map((rate) => (isDecade(rate) ? rate : null)),
          },
        }),
        lossAxis(palette),
      ],
      series: [
        {},
        // Dots: as a line, single batches would hide the curve.
        { paths: () => null, points: { show: true, size: 3, width: 0, fill: ghost(0.35) } },
        { stroke: ghost(0.4), width: 2, dash: [2, 4], points: { show: false } },
        { stroke: () => palette().accent, width: 2.5, points: { show: false } },
      ],
      hooks: {
        draw: [
          (plot) => {
            this.#drawSuggestions(plot, palette());
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

  #drawSuggestions(plot: uPlot, palette: Palette): void {
    const { ctx, bbox } = plot;
    const scale = ctx.canvas.width / plot.width;
    ctx.save();
    ctx.font = canvasFont(plot, 600);
    ctx.textAlign = 'left';
    ctx.textBaseline = 'top';
    for (const [row, { method, learningRate, loss }] of markedSuggestions(this.#curve).entries()) {
      const x = plot.valToPos(learningRate, 'x', true);
      const y = plot.valToPos(loss, 'y', true);
      const top = bbox.top + (4 + row * 18) * scale;
      const label = method.toLowerCase();
      const width = ctx.measureText(label).width;
      const left =
        x + width + 10 * scale > bbox.left + bbox.width ? x - width - 6 * scale : x + 6 * scale;
      ctx.fillStyle = palette['series-3'];
      ctx.fillRect(x - scale / 2, top, scale, y - top);
      ctx.beginPath();
      ctx.arc(x, y, 4.5 * scale, 0, 2 * Math.PI);
      ctx.fill();
      ctx.fillStyle = fade(palette.panel, 0.8);
      ctx.fillRect(left - 2 * scale, top - scale, width + 4 * scale, 16 * scale);
      ctx.fillStyle = palette.text;
      ctx.fillText(label, left, top);
    }
    ctx.restore();
  }

  #point({ cursor }: uPlot): void {
    const point = cursor.idx ?? -1;
    const rate = this.#curve.column('learningRates')[point];
    if (rate === undefined || cursor.left === undefined || cursor.left < 0) {
      this.#tooltip.hide();
      return;
    }
    this.#tooltip.show(cursor.left + 52, `rate ${formatRate(rate)}`, [
      ['this batch', formatLoss(this.#curve.column('losses')[point]!)],
      ['smoothed', formatLoss(this.#curve.column('smoothedLosses')[point]!)],
    ]);
  }
}

function isDecade(rate: number): boolean {
  const power = Math.log10(rate);
  return Math.abs(power - Math.round(power)) < 1e-9;
}

function decade(rate: number): string {
  return rate >= 0.01 && rate <= 100 ? String(rate) : `1e${Math.round(Math.log10(rate))}`;
}
