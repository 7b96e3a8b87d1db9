'use client';

import { useEffect } from 'react';
import { useSubscription } from 'urql';
import { RunDocument, RunUpdatedDocument } from '../../graphql/generated/graphql.js';
import { errorCode, errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { ButtonLink } from '../../ui/button.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Notice } from '../../ui/notice.js';
import { PageTitle } from '../shell/page.js';
import { RunHeader } from './run-header.js';
import { RunNotice } from './run-notice.js';
import { RunView } from './run-view.js';

/** A run, live. */
export function RunPage({ runId }: { readonly runId: string }) {
  const { data, error } = useFreshQuery({ query: RunDocument, variables: { id: runId } });
  // While another run is asked for, the answer for the last one is still there.
  const run = data?.run?.id === runId ? data.run : null;
  useSubscription({
    query: RunUpdatedDocument,
    variables: { id: runId },
    pause: run === null,
  });
  useEffect(() => {
    if (run !== null) document.title = `${run.name} · Whetstone`;
  }, [run]);

  if (run !== null) {
    return (
      <>
        <RunHeader run={run} />
        <RunNotice run={run} />
        <RunView key={run.id} run={run} />
      </>
    );
  }
  const isMissing = error ? errorCode(error) === 'NOT_FOUND' : data?.run === null;
  if (isMissing) {
    return (
      <EmptyState
        title="There is no such run"
        actions={<ButtonLink href="/runs">See all runs</ButtonLink>}
      >
        The address may be misspelt, or it is a run of another server.
      </EmptyState>
    );
  }
  return (
    <>
      <PageTitle title="Run" />
      {error && (
        <Notice tone="failure" title="The run could not be read">
          {errorMessage(error)}
        </Notice>
      )}
    </>
  );
}
