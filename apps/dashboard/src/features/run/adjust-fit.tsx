'use client';

import { type SyntheticEvent, useState } from 'react';
import { useMutation } from 'urql';
import { AdjustRunDocument } from '../../graphql/generated/graphql.js';
import { errorField, errorMessage } from '../../graphql/errors.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { FoldedPanel } from '../../ui/panel.js';
import { given, wrongInteger, wrongNumber } from './given.js';
import styles from './run.module.css';

/** Changes a fit while it trains. */
export function AdjustFit({ runId }: { readonly runId: string }) {
  const [{ fetching, data, error }, adjust] = useMutation(AdjustRunDocument);
  const [factor, setFactor] = useState('');
  const [epochs, setEpochs] = useState('');
  const field = error ? errorField(error) : null;
  const wrong = { learningRateFactor: wrongNumber(factor), epochsToGo: wrongInteger(epochs) };
  const problemOf = (name: keyof typeof wrong) =>
    wrong[name] ?? (error && field === name ? errorMessage(error) : undefined);
  const isReady =
    (factor.trim() !== '' || epochs.trim() !== '') &&
    wrong.learningRateFactor === undefined &&
    wrong.epochsToGo === undefined;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void adjust({ id: runId, learningRateFactor: given(factor), epochsToGo: given(epochs) });
  };
  return (
    <FoldedPanel title="Adjust the training under way">
      <form className={styles['adjust']} onSubmit={submit}>
        <TextField
          label="Learning rate, times"
          inputMode="decimal"
          placeholder="1"
          hint="0.5 halves the planned rates"
          value={factor}
          error={problemOf('learningRateFactor')}
          onChange={({ target }) => {
            setFactor(target.value);
          }}
        />
        <TextField
          label="Epochs to go"
          inputMode="numeric"
          placeholder="as planned"
          hint="The one at hand counts"
          value={epochs}
          error={problemOf('epochsToGo')}
          onChange={({ target }) => {
            setEpochs(target.value);
          }}
        />
        <Button type="submit" disabled={fetching || !isReady}>
          Apply from the next batch on
        </Button>
      </form>
      <p className="small" role="status">
        {error && field === null && errorMessage(error)}
        {data?.adjustRun && !error && 'Noted. The log of events says from which step it holds.'}
      </p>
    </FoldedPanel>
  );
}
