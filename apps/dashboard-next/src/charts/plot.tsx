'use client';

import 'uplot/dist/uPlot.min.css';

import { useEffect, useRef, useState } from 'react';

import { watchTheme } from './chart-theme';
import { type MountedPlot, mountPlot } from './plot-mount';
import type { PlotSpec, XRange } from './plot-spec';
import styles from './plot.module.css';

interface PlotProps {
  /** What a person who doesn't see the chart is told. */
  readonly label: string;
  /** Must stay the same object until the chart shall be built anew. */
  readonly spec: PlotSpec;
  /** Calls back when there is something new to draw. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly size?: 'hero' | 'panel';
  readonly testId?: string;
}

/** A chart on a canvas: drawn on animation frames, zoomed by dragging, reset by a double click or the button. */
export function Plot({ label, spec, subscribe, size = 'panel', testId }: PlotProps) {
  const element = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const mounted = useRef<MountedPlot>(null);
  const zoom = useRef<XRange>(null);
  const [isZoomed, setIsZoomed] = useState(false);

  useEffect(() => {
    const container = element.current;
    if (container === null) return;
    let closed = false;
    const build = async (): Promise<void> => {
      const { default: UPlot } = await import('uplot');
      if (closed) return;
      mounted.current?.destroy();
      mounted.current = mountPlot(UPlot, container, {
        spec,
        zoomed: zoom.current,
        events: {
          zoomed: (range) => {
            zoom.current = range;
            setIsZoomed(range !== null);
          },
          pointed: (text) => {
            if (readout.current !== null) readout.current.textContent = text;
          },
          drawn: (points) => {
            container.dataset['points'] = String(points);
          },
        },
      });
    };
    void build();
    const stops = [
      subscribe(() => mounted.current?.schedule()),
      watchTheme(() => void build()),
      watchSize(container, (width, height) => mounted.current?.resize(width, height)),
    ];
    return () => {
      closed = true;
      for (const stop of stops) stop();
      mounted.current?.destroy();
      mounted.current = null;
    };
  }, [spec, subscribe]);

  return (
    <div className={styles['frame']}>
      <div
        ref={element}
        className={`${styles['canvas'] ?? ''} ${styles[size] ?? ''}`}
        role="img"
        aria-label={label}
        data-testid={testId}
        data-points={0}
      />
      <div className={styles['foot']}>
        <p ref={readout} className={styles['readout']}>
          {spec.readout(null)}
        </p>
        {isZoomed && (
          <button type="button" className={styles['reset']} onClick={() => mounted.current?.zoom(null)}>
            Reset zoom
          </button>
        )}
      </div>
    </div>
  );
}

function watchSize(element: HTMLElement, changed: (width: number, height: number) => void): () => void {
  const observer = new ResizeObserver(() => {
    changed(element.clientWidth, element.clientHeight);
  });
  observer.observe(element);
  return () => {
    observer.disconnect();
  };
}
