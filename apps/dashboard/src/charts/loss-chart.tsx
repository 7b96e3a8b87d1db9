'use client';

import { useEffect, useRef, useState } from 'react';
import type { LossSeries } from '../live/loss-series.js';
import { Button } from '../ui/button.js';
import styles from './chart.module.css';
import { type LossDrawing, type LossMarks, LossPlot } from './loss-plot.js';
import { LossLegend } from './loss-legend.js';

interface LossChartProps extends LossMarks {
  readonly series: LossSeries;
  /** The chart in words. */
  readonly summary: string;
  /** What to say while there is nothing to draw. */
  readonly waiting: string;
}

/** The loss of a run, batch by batch. Points live outside React; the chart draws on animation frames. */
export function LossChart({ series, segments, epochs, log, summary, waiting }: LossChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<LossPlot>(null);
  const [drawing, setDrawing] = useState<LossDrawing>(nothingDrawn);

  useEffect(() => {
    if (element.current === null) return undefined;
    const mounted = new LossPlot(element.current, series, {
      // Only what is said in words goes through React, and only when it changes.
      onDrawn: (next) => {
        setDrawing((known) => (saysTheSame(known, next) ? known : next));
      },
    });
    plot.current = mounted;
    return () => {
      mounted.destroy();
    };
  }, [series]);

  useEffect(() => {
    plot.current?.update({ segments, epochs, log });
  }, [series, segments, epochs, log]);

  return (
    <figure>
      <div
        ref={element}
        className={styles['chart']}
        role="img"
        aria-label={summary}
        data-testid="loss-chart"
        data-points="0"
        data-waiting={waiting}
      />
      <figcaption className={styles['legend']}>
        <LossLegend hasEpochs={epochs.length > 0} hasNonFinite={drawing.hasNonFinite} />
        {drawing.bucketSize > 1 && (
          <span>
            Reduced: a point stands for up to {drawing.bucketSize} steps; the lowest and highest are
            kept. Zoom in to see every step.
          </span>
        )}
        {drawing.zoomed && (
          <Button small onClick={() => plot.current?.zoom(null)}>
            Show all
          </Button>
        )}
      </figcaption>
    </figure>
  );
}

const nothingDrawn: LossDrawing = { bucketSize: 1, hasNonFinite: false, zoomed: false };

function saysTheSame(a: LossDrawing, b: LossDrawing): boolean {
  return (
    a.bucketSize === b.bucketSize && a.hasNonFinite === b.hasNonFinite && a.zoomed === b.zoomed
  );
}
