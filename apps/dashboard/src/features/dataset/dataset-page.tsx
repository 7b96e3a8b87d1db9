'use client';

import { useEffect } from 'react';
import { useSubscription } from 'urql';
import {
  DatasetDocument,
  type DatasetQuery,
  DatasetsUpdatedDocument,
} from '../../graphql/generated/graphql.js';
import { errorCode, errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { ButtonLink } from '../../ui/button.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Notice } from '../../ui/notice.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { ImportProgressBar } from '../datasets/import-progress-bar.js';
import { ProblemList } from '../datasets/problem-list.js';
import { PageTitle } from '../shell/page.js';
import { DatasetContents } from './dataset-contents.js';

/** A dataset: its classes, what looks wrong, its pictures. */
export function DatasetPage({ datasetId }: { readonly datasetId: string }) {
  const { data, error } = useFreshQuery({ query: DatasetDocument, variables: { id: datasetId } });
  // While another dataset is asked for, the answer for the last one is still there.
  const dataset = data?.dataset?.id === datasetId ? data.dataset : null;
  useSubscription({
    query: DatasetsUpdatedDocument,
    variables: { id: datasetId },
    pause: dataset === null,
  });
  useEffect(() => {
    if (dataset !== null) document.title = `${dataset.name} · Whetstone`;
  }, [dataset]);

  if (dataset !== null) return <Loaded dataset={dataset} />;
  if (error ? errorCode(error) === 'NOT_FOUND' : data?.dataset === null) {
    return (
      <EmptyState
        title="There is no such dataset"
        actions={<ButtonLink href="/datasets">See all datasets</ButtonLink>}
      >
        The address may be misspelt, or it is a dataset of another server.
      </EmptyState>
    );
  }
  return (
    <>
      <PageTitle title="Dataset" />
      {error && (
        <Notice tone="failure" title="The dataset could not be read">
          {errorMessage(error)}
        </Notice>
      )}
    </>
  );
}

function Loaded({ dataset }: { readonly dataset: NonNullable<DatasetQuery['dataset']> }) {
  const { id, name, status, error, progress, problems } = dataset;
  return (
    <>
      <PageTitle
        title={name}
        beside={<StatusBadge status={status} />}
        controls={
          status === 'READY' ? (
            <ButtonLink look="primary" href={`/runs/new?dataset=${id}`}>
              Train on it
            </ButtonLink>
          ) : undefined
        }
      />
      <p className="small quiet">
        {dataset.path} · version {dataset.version}
      </p>
      {progress && <ImportProgressBar progress={progress} />}
      {status === 'FAILED' && (
        <Notice
          tone="failure"
          title="The folder could not be imported"
          actions={<ButtonLink href="/datasets?add">Add a folder</ButtonLink>}
        >
          {error?.message ?? 'It did not say why.'}
        </Notice>
      )}
      {status === 'READY' && <DatasetContents dataset={dataset} />}
      <div id="problems">
        <ProblemList problems={problems} />
      </div>
    </>
  );
}
