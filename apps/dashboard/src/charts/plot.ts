import uPlot from 'uplot';
import { onThemeChange } from '../ui/theme.js';
import { type Palette, readPalette } from './palette.js';

/** What a plot shows. Functions are asked again at each frame, so that they follow what they read. */
export interface PlotContent {
  readonly options: (palette: () => Palette) => Omit<uPlot.Options, 'width' | 'height'>;
  readonly data: (width: number) => uPlot.AlignedData;
  /** The stretch of the x axis to show. */
  readonly range: () => readonly [number, number];
}

/** A uPlot chart that fills its element, follows the theme, and draws once a frame at most. */
export class Plot {
  readonly #element: HTMLElement;
  readonly #content: PlotContent;
  readonly #resized: ResizeObserver;
  readonly #forgetTheme: () => void;
  #palette: Palette;
  #plot: uPlot | null = null;
  #frame = 0;

  constructor(element: HTMLElement, content: PlotContent) {
    this.#element = element;
    this.#content = content;
    this.#palette = readPalette(element);
    this.#resized = new ResizeObserver(() => {
      this.invalidate();
    });
    this.#resized.observe(element);
    this.#forgetTheme = onThemeChange(() => {
      this.#palette = readPalette(element);
      this.#plot?.redraw(false, true);
    });
    this.invalidate();
  }

  /** Draws anew at the next frame; a hidden page has none, and so nothing is drawn for it. */
  invalidate(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Builds the chart anew: for what uPlot cannot change later, such as the kind of a scale. */
  rebuild(): void {
    this.#plot?.destroy();
    this.#plot = null;
    this.invalidate();
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = -1;
    this.#resized.disconnect();
    this.#forgetTheme();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #draw(): void {
    const { clientWidth: width, clientHeight: height } = this.#element;
    if (width === 0 || height === 0) return;
    const data = this.#content.data(width);
    if (data[0].length === 0) {
      // Axes without a curve would claim a scale that nobody knows yet.
      this.#plot?.destroy();
      this.#plot = null;
      return;
    }
    const [min, max] = this.#content.range();
    if (this.#plot === null) {
      const options = this.#content.options(() => this.#palette);
      this.#plot = new uPlot({ ...options, width, height }, [[]], this.#element);
    }
    const plot = this.#plot;
    if (plot.width !== width || plot.height !== height) plot.setSize({ width, height });
    plot.batch(() => {
      plot.setData(data, false);
      plot.setScale('x', { min, max });
    });
  }
}
