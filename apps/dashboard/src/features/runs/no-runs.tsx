'use client';

import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { AnyDatasetDocument } from '../../graphql/generated/graphql.js';
import { ButtonLink } from '../../ui/button.js';
import { EmptyState } from '../../ui/empty-state.js';

/** Nothing has run yet: offers what can be done next. */
export function NoRuns() {
  const { data } = useFreshQuery({ query: AnyDatasetDocument, variables: {} });
  if (!data) return null;
  if (data.datasets.totalCount === 0) {
    return (
      <EmptyState
        title="Nothing has run yet"
        actions={
          <ButtonLink look="primary" href="/datasets?add">
            Add a folder of photos
          </ButtonLink>
        }
      >
        Point to a folder that holds one folder of photos for each thing to tell apart. The rest is
        one click.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Nothing has run yet"
      actions={
        <>
          <ButtonLink look="primary" href="/runs/new">
            Start the first run
          </ButtonLink>
          <ButtonLink href="/datasets">See the datasets</ButtonLink>
        </>
      }
    >
      There are photos to learn from. A run shows every batch as it happens.
    </EmptyState>
  );
}
