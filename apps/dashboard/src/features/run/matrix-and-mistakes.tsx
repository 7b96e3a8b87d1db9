'use client';

import { useRef, useState } from 'react';
import type { RunQuery } from '../../graphql/generated/graphql.js';
import { CellImages } from './cell-images.js';
import { ConfusionPanel } from './confusion-panel.js';
import type { Cell } from './matrix.js';
import { MistakesPanel } from './mistakes-panel.js';
import styles from './run.module.css';

interface MatrixAndMistakesProps {
  readonly run: NonNullable<RunQuery['run']>;
  readonly epoch: number;
  readonly onChooseEpoch: (epoch: number | null) => void;
}

/** What was taken for what, and beside it the pictures. */
export function MatrixAndMistakes({ run, epoch, onChooseEpoch }: MatrixAndMistakesProps) {
  const [cell, setCell] = useState<Cell | null>(null);
  const beside = useRef<HTMLDivElement>(null);
  const open = (chosen: Cell) => {
    setCell(chosen);
    beside.current?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <div className={styles['halves']}>
      <ConfusionPanel
        run={run}
        epoch={epoch}
        cell={cell}
        onChooseEpoch={onChooseEpoch}
        onOpen={open}
      />
      <div ref={beside} className={styles['beside']}>
        {cell === null ? (
          <MistakesPanel runId={run.id} epoch={epoch} onOpen={open} />
        ) : (
          <CellImages
            runId={run.id}
            epoch={epoch}
            cell={cell}
            onClose={() => {
              setCell(null);
            }}
          />
        )}
      </div>
    </div>
  );
}
