'use client';

import { GitFork } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type SyntheticEvent, useState } from 'react';
import { useMutation } from 'urql';
import { type RunQuery, StartRunDocument } from '../../graphql/generated/graphql.js';
import { errorField, errorMessage } from '../../graphql/errors.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { SelectField, TextField } from '../../ui/field.js';
import { FoldedPanel } from '../../ui/panel.js';
import { checkpointName } from './checkpoint-name.js';
import { given, wrongInteger, wrongNumber } from './given.js';
import styles from './run.module.css';

type Run = NonNullable<RunQuery['run']>;

/** Starts another run from a checkpoint of this one: as it was, or with other settings. */
export function ExtendRun({ run }: { readonly run: Run }) {
  const router = useRouter();
  const [{ fetching, error }, start] = useMutation(StartRunDocument);
  const [chosen, setChosen] = useState('');
  const [epochs, setEpochs] = useState('');
  const [rate, setRate] = useState('');
  const newestFirst = run.checkpoints.toReversed();
  const from = newestFirst.find(({ id }) => id === chosen)?.id ?? newestFirst[0]?.id;
  const wrong = { epochs: wrongInteger(epochs), learningRate: wrongNumber(rate) };
  const field = error ? errorField(error) : null;
  const problemOf = (name: keyof typeof wrong) =>
    wrong[name] ?? (error && field === name ? errorMessage(error) : undefined);
  const isReady = wrong.epochs === undefined && wrong.learningRate === undefined;
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const { data } = await start({
      input: {
        datasetId: run.dataset.id,
        from,
        recipe: 'EXTEND',
        epochs: given(epochs),
        learningRate: given(rate),
      },
    });
    if (data) router.push(`/runs/${data.startRun.run.id}`);
  };
  if (from === undefined) return null;
  return (
    <FoldedPanel title="Extend or fork">
      <form
        className={styles['extend']}
        noValidate
        onSubmit={(event) => {
          void submit(event);
        }}
      >
        <SelectField
          label="From"
          hint="A new run begins there; this one stays as it is"
          value={from}
          onChange={({ target }) => {
            setChosen(target.value);
          }}
        >
          {newestFirst.map((checkpoint) => (
            <option key={checkpoint.id} value={checkpoint.id}>
              {checkpointName(checkpoint)}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Epochs"
          inputMode="numeric"
          placeholder="3"
          hint="To train on"
          value={epochs}
          error={problemOf('epochs')}
          onChange={({ target }) => {
            setEpochs(target.value);
          }}
        />
        <TextField
          label="Learning rate"
          inputMode="decimal"
          placeholder="as before"
          hint="The highest, of the last layers"
          value={rate}
          error={problemOf('learningRate')}
          onChange={({ target }) => {
            setRate(target.value);
          }}
        />
        <div className={styles['extending']}>
          <Button
            type="submit"
            disabled={fetching || !isReady}
            title="Trains on as it was: what learned goes on learning"
          >
            Extend
          </Button>
          <ForkLink runId={run.id} checkpoint={from} />
        </div>
      </form>
      {error && !(field !== null && field in wrong) && (
        <p className="small" role="alert">
          {errorMessage(error)}
        </p>
      )}
    </FoldedPanel>
  );
}

/** Leads to a new run with the same settings, to be changed, from a checkpoint. */
export function ForkLink({
  runId,
  checkpoint,
}: {
  readonly runId: string;
  readonly checkpoint: string;
}) {
  const query = new URLSearchParams({ from: runId, checkpoint });
  return (
    <ButtonLink
      href={`/runs/new?${query.toString()}`}
      title="A new run from there, with settings of its own"
    >
      <GitFork size={16} aria-hidden />
      Fork
    </ButtonLink>
  );
}
