'use client';

import Link from 'next/link';
import { formatCount, plural } from '../../format/numbers.js';
import { type DatasetRowFragment, DatasetsDocument } from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { Button } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { StatusBadge } from '../../ui/status-badge.js';
import styles from './datasets.module.css';
import { ImportProgressBar } from './import-progress-bar.js';

const PAGE_SIZE = 20;
const COLUMNS = 6;

interface DatasetRowsProps {
  /** The cursor to go on from; null for the first page. */
  readonly after: string | null;
  /** Pages to show from here on. */
  readonly pages: number;
  readonly onMore: () => void;
}

/** A page of datasets and, behind it, the pages that follow. */
export function DatasetRows({ after, pages, onMore }: DatasetRowsProps) {
  const { data, error } = useFreshQuery({
    query: DatasetsDocument,
    variables: { first: PAGE_SIZE, after },
  });
  // After an error it is null, which the types do not say.
  if (!data) {
    return (
      <tr>
        <td colSpan={COLUMNS} className={styles['message']}>
          {error ? (
            <Notice tone="failure" title="The datasets could not be read">
              {errorMessage(error)}
            </Notice>
          ) : (
            'Reading the datasets'
          )}
        </td>
      </tr>
    );
  }
  const { edges, pageInfo, totalCount } = data.datasets;
  return (
    <>
      {edges.map(({ node }) => (
        <DatasetRow key={node.id} dataset={node} />
      ))}
      {pageInfo.hasNextPage &&
        (pages > 1 ? (
          <DatasetRows after={pageInfo.endCursor} pages={pages - 1} onMore={onMore} />
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

function DatasetRow({ dataset }: { readonly dataset: DatasetRowFragment }) {
  const { id, name, status, path, itemCount, classes, problems, progress } = dataset;
  return (
    <tr>
      <th scope="row">
        <Link href={`/datasets/${id}`}>{name}</Link>
        <span className={styles['path']} title={path}>
          {path}
        </span>
      </th>
      <td>
        <StatusBadge status={status} />
        {progress && <ImportProgressBar progress={progress} />}
      </td>
      <td className={styles['figure']}>{formatCount(itemCount)}</td>
      <td className={styles['figure']}>{classes.length}</td>
      <td className={styles['figure']}>
        {problems.length > 0 && (
          <Link href={`/datasets/${id}#problems`}>{plural(problems.length, 'thing')}</Link>
        )}
      </td>
      <td className={styles['figure']}>
        <RelativeTime at={dataset.createdAt} />
      </td>
    </tr>
  );
}
