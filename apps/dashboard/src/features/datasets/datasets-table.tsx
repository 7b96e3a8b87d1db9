'use client';

import { useState } from 'react';
import { Button } from '../../ui/button.js';
import { EmptyState } from '../../ui/empty-state.js';
import { DatasetsDocument } from '../../graphql/generated/graphql.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { DatasetRows } from './dataset-rows.js';
import styles from './datasets.module.css';

interface DatasetsTableProps {
  /** Whether a folder is being added above. */
  readonly adding: boolean;
  readonly onAdd: () => void;
}

/** Every dataset, newest first, as imports go on. */
export function DatasetsTable({ adding, onAdd }: DatasetsTableProps) {
  const [pages, setPages] = useState(1);
  const { data } = useFreshQuery({
    query: DatasetsDocument,
    variables: { first: 20, after: null },
  });
  if (data?.datasets.totalCount === 0) {
    if (adding) return null;
    return (
      <EmptyState
        title="No photos yet"
        actions={
          <Button look="primary" onClick={onAdd}>
            Add a folder of photos
          </Button>
        }
      >
        Point to a folder on this machine that holds one folder of photos for each thing to tell
        apart, such as cats/ and dogs/. Nothing is copied or changed there.
      </EmptyState>
    );
  }
  return (
    <div className={styles['frame']}>
      <table className={styles['datasets']}>
        <thead>
          <tr>
            <th scope="col">Dataset</th>
            <th scope="col">Status</th>
            <th scope="col" className={styles['figure']}>
              Pictures
            </th>
            <th scope="col" className={styles['figure']}>
              Classes
            </th>
            <th scope="col" className={styles['figure']}>
              To look at
            </th>
            <th scope="col" className={styles['figure']}>
              When
            </th>
          </tr>
        </thead>
        <tbody>
          <DatasetRows
            after={null}
            pages={pages}
            onMore={() => {
              setPages(pages + 1);
            }}
          />
        </tbody>
      </table>
    </div>
  );
}
