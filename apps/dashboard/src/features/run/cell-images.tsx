'use client';

import { X } from 'lucide-react';
import { ConfusionCellDocument } from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { Button } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';
import { Panel } from '../../ui/panel.js';
import type { Cell } from './matrix.js';
import { MistakeCard } from './mistake-card.js';
import styles from './mistakes.module.css';

interface CellImagesProps {
  readonly runId: string;
  readonly epoch: number;
  readonly cell: Cell;
  readonly onClose: () => void;
}

/** The pictures behind a cell of the matrix. */
export function CellImages({ runId, epoch, cell, onClose }: CellImagesProps) {
  const { actual, predicted } = cell;
  const { data, error } = useFreshQuery({
    query: ConfusionCellDocument,
    variables: { id: runId, epoch, actual, predicted },
    requestPolicy: 'cache-first',
  });
  const found = data?.run?.confusionMatrix?.cell;
  return (
    <Panel
      title={actual === predicted ? `${actual}, recognised` : `${actual} taken for ${predicted}`}
      actions={
        <Button small look="bare" onClick={onClose}>
          <X size={16} aria-hidden />
          Back to all mistakes
        </Button>
      }
    >
      {error && (
        <Notice tone="failure" title="The pictures could not be read">
          {errorMessage(error)}
        </Notice>
      )}
      {found?.totalCount === 0 && (
        <p className={styles['lead']}>After epoch {epoch + 1} there is none.</p>
      )}
      <ul className={styles['cards']}>
        {found?.edges.map(({ node }) => (
          <MistakeCard key={node.item.id} prediction={node} />
        ))}
      </ul>
    </Panel>
  );
}
