'use client';

import { useEffect, useRef } from 'react';
import type { FinderCurve } from '../live/finder-curve.js';
import styles from './chart.module.css';
import { FinderPlot } from './finder-plot.js';

/** A learning-rate finder's curve. */
export function FinderChart({
  curve,
  summary,
}: {
  readonly curve: FinderCurve;
  readonly summary: string;
}) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (element.current === null) return undefined;
    const plot = new FinderPlot(element.current, curve);
    return () => {
      plot.destroy();
    };
  }, [curve]);
  return (
    <div
      ref={element}
      className={`${styles['chart']} ${styles['middle']}`}
      role="img"
      aria-label={summary}
      data-waiting="Begins with the first rate"
      data-testid="finder-chart"
    />
  );
}
