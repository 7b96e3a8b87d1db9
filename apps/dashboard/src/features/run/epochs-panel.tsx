import { Fragment } from 'react';
import { segmentsOf } from '../../charts/segments.js';
import { formatLoss, formatShare, toNumber } from '../../format/numbers.js';
import type { EpochRowFragment, RunStateFragment } from '../../graphql/generated/graphql.js';
import { Panel } from '../../ui/panel.js';
import { Term } from '../../ui/term.js';
import styles from './run.module.css';

interface EpochsPanelProps {
  readonly run: RunStateFragment;
  /** The epoch that the matrix shows. */
  readonly epoch: number | null;
  readonly onChoose: (epoch: number) => void;
}

/** What each epoch came to. A row chooses the epoch whose mistakes are shown. */
export function EpochsPanel({ run, epoch, onChoose }: EpochsPanelProps) {
  return (
    <Panel title={<Term word="epoch">Epochs</Term>}>
      {run.epochs.length === 0 ? (
        <p className="small quiet">The first row stands here when the first epoch has ended.</p>
      ) : (
        <div className={styles['scroll']}>
          <table className={styles['figures']}>
            <thead>
              <tr>
                <th scope="col">Epoch</th>
                <th scope="col">Train</th>
                <th scope="col">
                  <Term word="valid pictures">Valid</Term>
                </th>
                <th scope="col">
                  <Term word="error rate">Error</Term>
                </th>
                <th scope="col">
                  <Term word="accuracy">Right</Term>
                </th>
                <th scope="col">Time</th>
              </tr>
            </thead>
            <tbody>
              {groupByPhase(run).map(({ name, epochs }) => (
                <Fragment key={epochs[0]!.epoch}>
                  <tr className={styles['group']}>
                    <th colSpan={6} scope="rowgroup">
                      {name}
                    </th>
                  </tr>
                  {epochs.map((row) => (
                    <EpochRow
                      key={row.epoch}
                      row={row}
                      chosen={row.epoch === epoch}
                      onChoose={onChoose}
                    />
                  ))}
                </Fragment>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function EpochRow({
  row,
  chosen,
  onChoose,
}: {
  readonly row: EpochRowFragment;
  readonly chosen: boolean;
  readonly onChoose: (epoch: number) => void;
}) {
  const { errorRate, accuracy } = row.metrics;
  return (
    <tr
      className={row.best ? styles['best'] : undefined}
      aria-current={chosen ? 'true' : undefined}
    >
      <th scope="row">
        <button
          type="button"
          title="Show the mistakes of this epoch"
          onClick={() => {
            onChoose(row.epoch);
          }}
        >
          {row.epoch + 1}
          {row.best && <span title="The best epoch; its weights are kept"> ★</span>}
        </button>
      </th>
      <td>{formatLoss(toNumber(row.trainLoss))}</td>
      <td>{formatLoss(toNumber(row.validLoss))}</td>
      <td>{errorRate === null ? '' : formatShare(toNumber(errorRate))}</td>
      <td>{accuracy === null ? '' : formatShare(toNumber(accuracy))}</td>
      <td>{row.seconds.toFixed(row.seconds < 10 ? 1 : 0)} s</td>
    </tr>
  );
}

function groupByPhase({ epochs, phases }: RunStateFragment) {
  const stretches = segmentsOf(phases).filter(({ isMark }) => !isMark);
  const fits = phases.filter(({ kind, firstStep }) => kind === 'FIT' && firstStep !== null);
  return fits
    .map(({ index }, place) => ({
      name: stretches[place]?.name ?? '',
      epochs: epochs.filter(({ phase }) => phase === index),
    }))
    .filter((group) => group.epochs.length > 0);
}
