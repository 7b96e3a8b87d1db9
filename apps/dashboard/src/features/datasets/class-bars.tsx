import type { CSSProperties } from 'react';
import { formatCount } from '../../format/numbers.js';
import styles from './datasets.module.css';

interface ClassSize {
  readonly label: string;
  readonly count: number;
  readonly validCount?: number;
}

interface ClassBarsProps {
  readonly classes: readonly ClassSize[];
  /** Classes to show; the rest is told in words. */
  readonly most?: number;
  /** The class that is chosen. */
  readonly chosen?: string | null;
  readonly onChoose?: (label: string | null) => void;
}

/** Classes with their sizes as bars; the part set aside to judge by is lighter. */
export function ClassBars({ classes, most = Infinity, chosen = null, onChoose }: ClassBarsProps) {
  const largest = Math.max(1, ...classes.map(({ count }) => count));
  const shown = classes.slice(0, most);
  return (
    <ul className={styles['bars']}>
      {shown.map(({ label, count, validCount = 0 }) => {
        const bar = (
          <>
            <span className={styles['label']} title={label}>
              {label}
            </span>
            <i
              style={
                {
                  '--train': `${(100 * (count - validCount)) / largest}%`,
                  '--valid': `${(100 * validCount) / largest}%`,
                } as CSSProperties
              }
            />
            <span className="number">{formatCount(count)}</span>
          </>
        );
        return (
          <li key={label}>
            {onChoose ? (
              <button
                type="button"
                aria-pressed={chosen === label}
                onClick={() => {
                  onChoose(chosen === label ? null : label);
                }}
              >
                {bar}
              </button>
            ) : (
              bar
            )}
          </li>
        );
      })}
      {shown.length < classes.length && (
        <li className="quiet">and {classes.length - shown.length} more</li>
      )}
    </ul>
  );
}
