'use client';

import { useRouter } from 'next/navigation';
import { type SyntheticEvent, useState } from 'react';
import { useMutation } from 'urql';
import { type NewRunChoicesQuery, StartRunDocument } from '../../graphql/generated/graphql.js';
import { errorField, errorMessage } from '../../graphql/errors.js';
import { Button } from '../../ui/button.js';
import { Notice } from '../../ui/notice.js';
import type { EarlierRun } from './estimate.js';
import { CheckpointField } from './checkpoint-field.js';
import { DatasetField } from './dataset-field.js';
import { ExpectedTime } from './expected-time.js';
import { LengthFields } from './length-fields.js';
import { MoreFields } from './more-fields.js';
import styles from './new-run.module.css';
import type { Origin } from './repeat-settings.js';
import { RecipeField } from './recipe-field.js';
import {
  errorsFromServer,
  parseRunForm,
  type RunFormErrors,
  type RunFormValues,
} from './run-form.js';

/** What every part of the form gets. */
export interface FormPart {
  readonly values: RunFormValues;
  readonly errors: RunFormErrors;
  readonly onChange: (change: Partial<RunFormValues>) => void;
}

interface RunFormProps {
  readonly datasets: readonly NewRunChoicesQuery['datasets']['edges'][number]['node'][];
  readonly architectures: NewRunChoicesQuery['architectures'];
  readonly earlier: readonly EarlierRun[];
  /** Another run that it may begin with. */
  readonly origin: Origin | null;
  readonly begin: RunFormValues;
}

/** One screen: what to learn from, how, how long; the rest under "More". */
export function RunForm({ datasets, architectures, earlier, origin, begin }: RunFormProps) {
  const router = useRouter();
  const [values, setValues] = useState(begin);
  const [errors, setErrors] = useState<RunFormErrors>({});
  const [{ fetching }, start] = useMutation(StartRunDocument);
  const part: FormPart = {
    values,
    errors,
    onChange: (change) => {
      setValues((known) => ({ ...known, ...change }));
      setErrors((known) => withoutFields(known, Object.keys(change)));
    },
  };
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const parsed = parseRunForm(values);
    setErrors(parsed.errors ?? {});
    if (parsed.errors !== null) return;
    const { data, error } = await start({ input: parsed.input });
    if (error) setErrors(errorsFromServer(errorField(error), errorMessage(error)));
    if (data) router.push(`/runs/${data.startRun.run.id}`);
  };
  return (
    <form
      className={styles['form']}
      noValidate
      onSubmit={(event) => {
        void submit(event);
      }}
    >
      <DatasetField {...part} datasets={datasets} />
      {origin !== null && <CheckpointField {...part} origin={origin} />}
      <RecipeField {...part} />
      <LengthFields {...part} />
      <MoreFields {...part} architectures={architectures} />
      {errors.form !== undefined && (
        <Notice tone="failure" title="The run could not be started">
          {errors.form}
        </Notice>
      )}
      <div className={styles['submit']}>
        <Button look="primary" type="submit" disabled={fetching}>
          Start run
          <ExpectedTime values={values} {...{ datasets, architectures, earlier }} />
        </Button>
      </div>
    </form>
  );
}

function withoutFields(errors: RunFormErrors, fields: readonly string[]): RunFormErrors {
  return Object.fromEntries(Object.entries(errors).filter(([field]) => !fields.includes(field)));
}
