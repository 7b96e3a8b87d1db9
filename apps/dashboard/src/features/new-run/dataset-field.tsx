import Link from 'next/link';
import { plural } from '../../format/numbers.js';
import type { NewRunChoicesQuery } from '../../graphql/generated/graphql.js';
import { SelectField } from '../../ui/field.js';
import type { FormPart } from './run-form-view.js';

interface DatasetFieldProps extends FormPart {
  readonly datasets: readonly NewRunChoicesQuery['datasets']['edges'][number]['node'][];
}

/** What to learn from. */
export function DatasetField({ values, errors, onChange, datasets }: DatasetFieldProps) {
  const chosen = datasets.find(({ id }) => id === values.datasetId);
  return (
    <SelectField
      label="Dataset"
      error={errors.datasetId}
      value={values.datasetId}
      hint={
        <>
          {chosen?.status === 'READY' &&
            `${plural(chosen.classes.length, 'class', 'classes')}, ${plural(chosen.trainCount, 'picture')} to learn from, ${plural(chosen.validCount, 'picture')} to be judged by. `}
          <Link href="/datasets?add">Add a folder of photos</Link>
        </>
      }
      onChange={(event) => {
        onChange({ datasetId: event.target.value });
      }}
    >
      {chosen === undefined && <option value="">Choose one</option>}
      {datasets.map(({ id, name, status }) => (
        <option key={id} value={id} disabled={status !== 'READY'}>
          {name}
          {status === 'IMPORTING' && ' (being imported)'}
          {status === 'FAILED' && ' (could not be imported)'}
        </option>
      ))}
    </SelectField>
  );
}
