'use client';

import {
  EarlierRunsDocument,
  NewRunChoicesDocument,
  SettingsToRepeatDocument,
} from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { ButtonLink } from '../../ui/button.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Notice } from '../../ui/notice.js';
import type { Prefill } from './prefill.js';
import { originOf, settingsOf } from './repeat-settings.js';
import { emptyForm } from './run-form.js';
import { RunForm } from './run-form-view.js';

/** Starts a run: waits for what can be chosen, then shows the form, filled in as the address says. */
export function NewRun({ prefill }: { readonly prefill: Prefill }) {
  const choices = useFreshQuery({ query: NewRunChoicesDocument, variables: {} });
  const earlier = useFreshQuery({ query: EarlierRunsDocument, variables: {} });
  const repeated = useFreshQuery({
    query: SettingsToRepeatDocument,
    variables: { id: prefill.from ?? '' },
    pause: prefill.from === null,
  });
  const error = choices.error ?? repeated.error;
  if (error && !choices.data) {
    return (
      <Notice tone="failure" title="The choices could not be read">
        {errorMessage(error)}
      </Notice>
    );
  }
  const isWaiting = prefill.from !== null && !repeated.data && !repeated.error;
  if (!choices.data || isWaiting) return null;

  const datasets = choices.data.datasets.edges.map(({ node }) => node);
  if (datasets.length === 0) {
    return (
      <EmptyState
        title="There is nothing to learn from yet"
        actions={
          <ButtonLink look="primary" href="/datasets?add">
            Add a folder of photos
          </ButtonLink>
        }
      >
        A run needs a dataset: a folder that holds one folder of photos for each thing to tell
        apart.
      </EmptyState>
    );
  }
  const source = repeated.data?.run ?? null;
  const origin = source && originOf(source, prefill.checkpoint);
  const firstReady = datasets.find(({ status }) => status === 'READY');
  return (
    <RunForm
      datasets={datasets}
      architectures={choices.data.architectures}
      earlier={earlier.data?.runs.edges.map(({ node }) => node) ?? []}
      origin={origin}
      begin={{
        ...emptyForm,
        datasetId: firstReady?.id ?? '',
        ...(source && settingsOf(source, origin)),
        ...(prefill.checkpoint !== null && { name: '' }),
        ...prefill.values,
        ...(source?.config.recipe === 'LR_FIND' &&
          prefill.values.learningRate !== undefined && { recipe: 'FINE_TUNE' as const }),
      }}
    />
  );
}
