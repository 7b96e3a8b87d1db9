'use client';

import { useEffect, useRef } from 'react';
import type { LossSeries } from '../live/loss-series.js';
import { Term } from '../ui/term.js';
import styles from './chart.module.css';
import { RatePlot } from './rate-plot.js';

/** Learning rate and momentum, step by step. */
export function RateChart({
  series,
  summary,
}: {
  readonly series: LossSeries;
  readonly summary: string;
}) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (element.current === null) return undefined;
    const plot = new RatePlot(element.current, series);
    return () => {
      plot.destroy();
    };
  }, [series]);
  return (
    <figure>
      <div
        ref={element}
        className={`${styles['chart']} ${styles['low']}`}
        role="img"
        aria-label={summary}
        data-waiting="Begins with the first batch"
      />
      <figcaption className={styles['legend']}>
        <span>
          <svg width="20" height="10" aria-hidden>
            <path d="M0 5 H20" stroke="var(--series-3)" strokeWidth="2" />
          </svg>
          <span>
            <Term word="learning rate" /> of the <Term word="head" />; earlier{' '}
            <Term word="layer group">layer groups</Term> may learn slower
          </span>
        </span>
        <span>
          <svg width="20" height="10" aria-hidden>
            <path d="M0 5 H20" stroke="var(--series-2)" strokeWidth="1.5" strokeDasharray="4 3" />
          </svg>
          <Term word="momentum" />
        </span>
      </figcaption>
    </figure>
  );
}
