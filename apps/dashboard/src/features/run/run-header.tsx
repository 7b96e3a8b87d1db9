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
        controls={active ? <RunControls run={run} /> : <StartAgain runId={run.id} />}
      />
      <ProgressBar label="Progress of the run" fraction={run.progress.fraction} />
      <p className={styles['note']}>
        <Link href={`/datasets/${run.dataset.id}`}>{run.dataset.name}</Link> · {run.architecture} ·
        started <RelativeTime at={run.createdAt} />
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

/** Leads to a new run with the same settings. */
function StartAgain({ runId }: { readonly runId: string }) {
  return (
    <ButtonLink href={`/runs/new?from=${runId}`}>
      <RotateCcw size={16} aria-hidden />
      Start again with the same settings
    </ButtonLink>
  );
}
