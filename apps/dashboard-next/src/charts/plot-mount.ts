import type uPlot from 'uplot';

import { readChartTheme } from './chart-theme';
import type { PlotSpec, XRange } from './plot-spec';

export interface PlotEvents {
  readonly zoomed: (range: XRange | null) => void;
  readonly pointed: (text: string) => void;
  readonly drawn: (points: number) => void;
}

export interface MountedPlot {
  /** Draws what the data are now, in the next animation frame; the browser gives none to a hidden tab. */
  readonly schedule: () => void;
  readonly zoom: (range: XRange | null) => void;
  readonly resize: (width: number, height: number) => void;
  readonly destroy: () => void;
}

/** Puts a uPlot chart into an element. */
export function mountPlot(
  UPlot: typeof uPlot,
  element: HTMLElement,
  { spec, events, zoomed }: { spec: PlotSpec; events: PlotEvents; zoomed: XRange | null },
): MountedPlot {
  let zoom = zoomed;
  let frame = 0;
  const setZoom = (range: XRange | null): void => {
    zoom = range;
    events.zoomed(range);
    schedule();
  };
  const plot = new UPlot(plotOptions(element, { spec, events, setZoom }), spec.data(), element);
  const draw = (): void => {
    frame = 0;
    plot.batch(() => {
      plot.setData(spec.data(), false);
      plot.setScale('x', zoom ?? spec.xRange());
    });
  };
  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  draw();
  return {
    schedule,
    zoom: setZoom,
    resize: (width, height) => {
      plot.setSize({ width, height });
    },
    destroy: () => {
      cancelAnimationFrame(frame);
      plot.destroy();
    },
  };
}

interface Wiring {
  readonly spec: PlotSpec;
  readonly events: PlotEvents;
  readonly setZoom: (range: XRange | null) => void;
}

function plotOptions(element: HTMLElement, { spec, events, setZoom }: Wiring): uPlot.Options {
  const theme = readChartTheme(element);
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    padding: [16, 12, 0, 0],
    scales: spec.scales,
    series: [{}, ...spec.series(theme)],
    axes: spec.axes(theme),
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      bind: {
        dblclick: () => () => {
          setZoom(null);
          return null;
        },
      },
      ...(spec.crosshairKey === undefined ? {} : { sync: { key: spec.crosshairKey } }),
    },
    hooks: {
      drawAxes: [(plot) => spec.behind?.(plot, theme)],
      draw: [
        (plot) => {
          spec.above?.(plot, theme);
          events.drawn(plot.data[0].length);
        },
      ],
      setCursor: [
        (plot) => {
          events.pointed(spec.readout(plot.cursor.idx ?? null));
        },
      ],
      setSelect: [
        (plot) => {
          zoomIntoSelection(plot, setZoom);
        },
      ],
    },
  };
}

/** A drag of a few pixels is a click that slipped. */
const SHORTEST_DRAG = 6;

function zoomIntoSelection(plot: uPlot, setZoom: (range: XRange) => void): void {
  const { left, width } = plot.select;
  if (width < SHORTEST_DRAG) return;
  const range = { min: plot.posToVal(left, 'x'), max: plot.posToVal(left + width, 'x') };
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  setZoom(range);
}
