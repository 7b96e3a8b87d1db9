'use client';

import { FolderPlus } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { Suspense, useState } from 'react';
import { useSubscription } from 'urql';
import { DatasetsUpdatedDocument } from '../../graphql/generated/graphql.js';
import { Button } from '../../ui/button.js';
import { PageTitle } from '../shell/page.js';
import { AddFolder } from './add-folder.js';
import { DatasetsTable } from './datasets-table.js';

/** Every dataset, and how to add one. */
export function DatasetsPage() {
  return (
    <Suspense fallback={<PageTitle title="Datasets" />}>
      <Datasets />
    </Suspense>
  );
}

function Datasets() {
  const asked = useSearchParams().has('add');
  const [adding, setAdding] = useState(asked);
  useSubscription({ query: DatasetsUpdatedDocument });
  const open = () => {
    setAdding(true);
  };
  return (
    <>
      <PageTitle
        title="Datasets"
        controls={
          adding ? undefined : (
            <Button look="primary" onClick={open}>
              <FolderPlus size={16} aria-hidden />
              Add a folder
            </Button>
          )
        }
      />
      {adding && (
        <AddFolder
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
      <DatasetsTable adding={adding} onAdd={open} />
    </>
  );
}
