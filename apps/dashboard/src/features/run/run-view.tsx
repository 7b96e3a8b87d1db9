'use client';

import { useState } from 'react';
import type { RunQuery } from '../../graphql/generated/graphql.js';
import { AdjustFit } from './adjust-fit.js';
import { EpochsPanel } from './epochs-panel.js';
import { ExtendRun } from './extend-run.js';
import { FinderPanel } from './finder-panel.js';
import { LossPanel } from './loss-panel.js';
import { MatrixAndMistakes } from './matrix-and-mistakes.js';
import { RatePanel } from './rate-panel.js';
import styles from './run.module.css';
import { RunDetails } from './run-details.js';
import { useLossSeries } from './use-loss-series.js';

type Run = NonNullable<RunQuery['run']>;

/** Everything a run has found out: the curve first, then what led to it, then the mistakes. */
export function RunView({ run }: { readonly run: Run }) {
  const series = useLossSeries(run.id);
  const [chosenEpoch, setChosenEpoch] = useState<number | null>(null);
  const finders = run.phases.filter(({ kind }) => kind === 'LR_FIND');
  const trains = run.phases.length === 0 || run.phases.some(({ kind }) => kind === 'FIT');
  const fits =
    run.status === 'RUNNING' &&
    run.phases.some(({ kind, status }) => kind === 'FIT' && status === 'RUNNING');
  const lastEpoch = run.epochs.at(-1)?.epoch ?? null;
  const epoch = run.epochs.some((judged) => judged.epoch === chosenEpoch) ? chosenEpoch : lastEpoch;
  return (
    <>
      {trains && <LossPanel run={run} series={series} />}
      {fits && <AdjustFit runId={run.id} />}
      {run.checkpoints.length > 0 && <ExtendRun run={run} />}
      <div className={finders.length > 0 && trains ? styles['found'] : styles['halves']}>
        {finders.length > 0 && <FinderPanel runId={run.id} finders={finders} />}
        {trains && <RatePanel series={series} />}
        {trains && <EpochsPanel run={run} epoch={epoch} onChoose={setChosenEpoch} />}
      </div>
      {epoch !== null && (
        <MatrixAndMistakes run={run} epoch={epoch} onChooseEpoch={setChosenEpoch} />
      )}
      <RunDetails runId={run.id} />
    </>
  );
}
