'use client';

import { ConfusionDocument, type RunQuery } from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { plural } from '../../format/numbers.js';
import { Notice } from '../../ui/notice.js';
import { Panel } from '../../ui/panel.js';
import { Term } from '../../ui/term.js';
import { ConfusionTable } from './confusion-table.js';
import { EpochSlider } from './epoch-slider.js';
import type { Cell } from './matrix.js';

/** The API gives no full table beyond this. */
const MOST_COUNTED = 200;

interface ConfusionPanelProps {
  readonly run: NonNullable<RunQuery['run']>;
  readonly epoch: number;
  /** The cell whose pictures are open. */
  readonly cell: Cell | null;
  readonly onChooseEpoch: (epoch: number | null) => void;
  readonly onOpen: (cell: Cell) => void;
}

/** The confusion matrix of any epoch. */
export function ConfusionPanel({ run, epoch, cell, onChooseEpoch, onOpen }: ConfusionPanelProps) {
  const countable = run.dataset.classes.length <= MOST_COUNTED;
  const { data, error } = useFreshQuery({
    query: ConfusionDocument,
    variables: { id: run.id, epoch, counts: countable },
    requestPolicy: 'cache-first',
  });
  const matrix = data?.run?.confusionMatrix ?? null;
  return (
    <Panel
      title={<Term word="confusion matrix">Confusion matrix</Term>}
      actions={
        <EpochSlider
          epochs={run.epochs.map((judged) => judged.epoch)}
          epoch={epoch}
          onChoose={onChooseEpoch}
        />
      }
    >
      {error && (
        <Notice tone="failure" title="The matrix could not be read">
          {errorMessage(error)}
        </Notice>
      )}
      {!countable && (
        <p className="small quiet">
          {plural(run.dataset.classes.length, 'class', 'classes')} are too many for a table: what is
          mistaken for what stands beside, under Most confused.
        </p>
      )}
      {matrix?.counts && (
        <ConfusionTable labels={matrix.labels} counts={matrix.counts} open={cell} onOpen={onOpen} />
      )}
    </Panel>
  );
}
