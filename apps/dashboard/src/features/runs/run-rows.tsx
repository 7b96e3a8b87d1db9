'use client';

import Link from 'next/link';
import { formatShare, toNumber } from '../../format/numbers.js';
import { formatDuration, secondsBetween } from '../../format/times.js';
import { type RunRowFragment, RunsDocument } from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { Sparkline } from '../../charts/sparkline.js';
import { Button } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { useNow } from '../../ui/use-now.js';
import styles from './runs.module.css';

const PAGE_SIZE = 20;
const COLUMNS = 9;

interface RunRowsProps {
  /** The cursor to go on from; null for the first page. */
  readonly after: string | null;
  readonly text: string | null;
  /** Pages to show from here on. */
  readonly pages: number;
  readonly onMore: () => void;
}

/** A page of runs and, behind it, the pages that follow. */
export function RunRows({ after, text, pages, onMore }: RunRowsProps) {
  const { data, error } = useFreshQuery({
    query: RunsDocument,
    variables: { first: PAGE_SIZE, after, text },
  });
  // After an error it is null, which the types do not say.
  if (!data) {
    return (
      <tr>
        <td colSpan={COLUMNS} className={styles['message']}>
          {error ? (
            <Notice tone="failure" title="The runs could not be read">
              {errorMessage(error)}
            </Notice>
          ) : (
            'Reading the runs'
          )}
        </td>
      </tr>
    );
  }
  const { edges, pageInfo, totalCount } = data.runs;
  return (
    <>
      {edges.map(({ node }) => (
        <RunRow key={node.id} run={node} />
      ))}
      {edges.length === 0 && after === null && (
        <tr>
          <td colSpan={COLUMNS} className={styles['message']}>
            No run has this in its name or tags.
          </td>
        </tr>
      )}
      {pageInfo.hasNextPage &&
        (pages > 1 ? (
          <RunRows after={pageInfo.endCursor} text={text} pages={pages - 1} onMore={onMore} />
        ) : (
          <tr>
            <td colSpan={COLUMNS} className={styles['message']}>
              <Button small onClick={onMore}>
                Load more of {totalCount}
              </Button>
            </td>
          </tr>
        ))}
    </>
  );
}

function RunRow({ run }: { readonly run: RunRowFragment }) {
  const error = run.epochs.at(-1)?.metrics.errorRate ?? null;
  const best = run.bestEpoch?.metrics.errorRate ?? null;
  return (
    <tr>
      <th scope="row" className={styles['name']}>
        <Link href={`/runs/${run.id}`}>{run.name}</Link>
        {run.demo && <span className={styles['demo']}>demo</span>}
      </th>
      <td>
        <StatusBadge status={run.status} />
        {run.status === 'RUNNING' && (
          <span className={`number ${styles['percent']}`}>
            {Math.floor(run.progress.fraction * 100)} %
          </span>
        )}
      </td>
      <td className={styles['curve']}>
        <Sparkline values={run.curve.last.map(toNumber)} label={`Loss of ${run.name}`} />
      </td>
      <td className={styles['figure']}>{error === null ? '' : formatShare(toNumber(error))}</td>
      <td className={styles['figure']}>{best === null ? '' : formatShare(toNumber(best))}</td>
      <td className={`${styles['wide']} ${styles['long']}`}>{run.architecture}</td>
      <td className={`${styles['wide']} ${styles['long']}`}>
        <Link href={`/datasets/${run.dataset.id}`}>{run.dataset.name}</Link>
      </td>
      <td className={styles['figure']}>
        <RunDuration run={run} />
      </td>
      <td className={styles['figure']}>
        <RelativeTime at={run.createdAt} />
      </td>
    </tr>
  );
}

function RunDuration({ run }: { readonly run: RunRowFragment }) {
  const now = useNow();
  if (run.startedAt === null) return null;
  return formatDuration(secondsBetween(run.startedAt, run.endedAt, now));
}
