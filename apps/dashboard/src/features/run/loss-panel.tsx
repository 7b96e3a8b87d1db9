'use client';

import { useMemo, useState } from 'react';
import { LossChart } from '../../charts/loss-chart.js';
import { segmentsOf } from '../../charts/segments.js';
import { formatLoss, plural, toNumber } from '../../format/numbers.js';
import type { EpochRowFragment, RunStateFragment } from '../../graphql/generated/graphql.js';
import type { LossSeries } from '../../live/loss-series.js';
import { Panel } from '../../ui/panel.js';
import { Term } from '../../ui/term.js';

interface LossPanelProps {
  readonly run: RunStateFragment;
  readonly series: LossSeries;
}

/** The curve: the hero of the page. */
export function LossPanel({ run, series }: LossPanelProps) {
  const [log, setLog] = useState(false);
  const { phases, epochs } = run;
  const segments = useMemo(() => segmentsOf(phases), [phases]);
  const marks = useMemo(
    () => epochs.map((epoch) => ({ ...epoch, validLoss: toNumber(epoch.validLoss) })),
    [epochs],
  );
  return (
    <Panel
      title={
        <>
          <Term word="loss">Loss</Term> at each <Term word="step" />
        </>
      }
      actions={
        <>
          <span className="wide-only">Drag to zoom, double-click to see all</span>
          <label>
            <input
              type="checkbox"
              checked={log}
              onChange={(event) => {
                setLog(event.target.checked);
              }}
            />{' '}
            Log scale
          </label>
        </>
      }
    >
      <LossChart
        series={series}
        segments={segments}
        epochs={marks}
        log={log}
        summary={lossSummary(run)}
        waiting={waitingFor(run)}
      />
    </Panel>
  );
}

function waitingFor({ status, progress }: RunStateFragment): string {
  if (status === 'QUEUED') return 'The curve begins when the run gets its turn';
  if (status !== 'RUNNING') return 'This run has trained no batch';
  return progress.phaseKind === 'LR_FIND'
    ? 'The learning rate is being found; the curve begins after it'
    : 'Getting ready; the curve begins with the first batch';
}

function lossSummary({ progress, epochs }: RunStateFragment): string {
  const last = epochs.at(-1);
  const begin = `Loss of ${plural(progress.step ?? 0, 'step')}`;
  if (last === undefined) return `${begin}, no epoch finished yet`;
  return `${begin}. ${lossOf('Last', last)}. ${lossOf('Best', epochs.find(({ best }) => best) ?? last)}`;
}

function lossOf(which: string, { epoch, trainLoss, validLoss }: EpochRowFragment): string {
  return `${which} epoch, ${epoch + 1}: train ${formatLoss(toNumber(trainLoss))}, valid ${formatLoss(toNumber(validLoss))}`;
}
