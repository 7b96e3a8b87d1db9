'use client';

import { RotateCcw } from 'lucide-react';
import Link from 'next/link';
import type { RunQuery } from '../../graphql/generated/graphql.js';
import { toNumber } from '../../format/numbers.js';
import { ButtonLink } from '../../ui/button.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { useNow } from '../../ui/use-now.js';
import { PageTitle } from '../shell/page.js';
import { checkpointName } from './checkpoint-name.js';
import { ForkLink } from './extend-run.js';
import { LiveIndicator } from './live-indicator.js';
import { progressLine } from './progress-line.js';
import styles from './run.module.css';
import { RunControls } from './run-controls.js';
import { isActive } from './run-status.js';
import { TrustNote } from './trust-note.js';

type Run = NonNullable<RunQuery['run']>;

/** What the run is, how far it is, and what can be done about it. */
export function RunHeader({ run }: { readonly run: Run }) {
  const now = useNow();
  const active = isActive(run.status);
  const best = run.epochs.find((epoch) => epoch.best) ?? run.epochs.at(-1);
  const errorRate = best?.metrics.errorRate ?? null;
  return (
    <header className={styles['header']}>
      <PageTitle
        title={run.name}
        beside={
          <>
            <StatusBadge status={run.status} />
            <span className={styles['progress']}>{progressLine(run, now).join(' · ')}</span>
            <LiveIndicator active={active} />
          </>
        }
        controls={active ? <RunControls run={run} /> : <EndedControls run={run} />}
      />
      <ProgressBar label="Progress of the run" fraction={run.progress.fraction} />
      <p className={styles['note']}>
        <Link href={`/datasets/${run.dataset.id}`}>{run.dataset.name}</Link> · {run.architecture} ·
        started <RelativeTime at={run.createdAt} />
        <Origin run={run} />
      </p>
      {run.progress.validItems !== null && run.progress.validItems > 0 && (
        <p className={styles['note']}>
          <TrustNote
            validItems={run.progress.validItems}
            errorRate={errorRate === null ? null : toNumber(errorRate)}
          />
        </p>
      )}
    </header>
  );
}

/** Leads to new runs: on from here, or all over again. */
function EndedControls({ run: { id, checkpoints } }: { readonly run: Run }) {
  const newest = checkpoints.at(-1);
  return (
    <>
      {newest && <ForkLink runId={id} checkpoint={newest.id} />}
      <ButtonLink href={`/runs/new?from=${id}`} title="A new run with the same settings">
        <RotateCcw size={16} aria-hidden />
        Start again
      </ButtonLink>
    </>
  );
}

/** The run, and the moment of it, that this one began with. */
function Origin({ run: { parent, startedFrom } }: { readonly run: Run }) {
  if (startedFrom === null) return null;
  return (
    <>
      {' · goes on from '}
      {parent === null ? (
        'a run that was deleted'
      ) : (
        <Link href={`/runs/${parent.id}`}>{parent.name}</Link>
      )}
      , {checkpointName(startedFrom)}
    </>
  );
}
