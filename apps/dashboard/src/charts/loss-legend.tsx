import type { ReactNode } from 'react';
import { Term } from '../ui/term.js';

interface LossLegendProps {
  readonly hasEpochs: boolean;
  readonly hasNonFinite: boolean;
}

/** What the lines and marks of the loss chart mean. */
export function LossLegend({ hasEpochs, hasNonFinite }: LossLegendProps) {
  return (
    <>
      <Entry sign={<path d="M0 7 L4 2 L8 8 L12 3 L16 7 L20 4" {...line} strokeOpacity="0.6" />}>
        each batch
      </Entry>
      <Entry sign={<path d="M0 7 C8 7 10 3 20 3" {...line} strokeWidth="2.5" />}>
        <Term word="smoothed loss">smoothed</Term>
      </Entry>
      {hasEpochs && (
        <>
          <Entry
            sign={
              <>
                <path
                  d="M0 5 H20"
                  stroke="var(--series-2)"
                  strokeWidth="1.5"
                  strokeDasharray="4 3"
                />
                <circle cx="10" cy="5" r="4" fill="var(--series-2)" />
              </>
            }
          >
            <Term word="valid pictures">valid</Term>, each epoch
          </Entry>
          <Entry sign={<path d={starPath} fill="var(--series-3)" />}>best epoch</Entry>
        </>
      )}
      {hasNonFinite && (
        <Entry sign={<path d="M10 0 L15 9 H5 Z" fill="var(--attention)" />}>
          a loss that is not a finite number
        </Entry>
      )}
    </>
  );
}

function Entry({ sign, children }: { readonly sign: ReactNode; readonly children: ReactNode }) {
  return (
    <span>
      <svg width="20" height="10" viewBox="0 0 20 10" overflow="visible" aria-hidden>
        {sign}
      </svg>
      <span>{children}</span>
    </span>
  );
}

const line = { fill: 'none', stroke: 'var(--accent)' } as const;

const starPath = `M${Array.from({ length: 10 }, (_, point) => {
  const angle = (Math.PI * point) / 5 - Math.PI / 2;
  const reach = point % 2 === 0 ? 8 : 3.6;
  return `${(10 + reach * Math.cos(angle)).toFixed(2)} ${(5 + reach * Math.sin(angle)).toFixed(2)}`;
}).join('L')}Z`;
