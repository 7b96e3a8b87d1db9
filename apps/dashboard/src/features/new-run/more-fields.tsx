import type { ReactNode } from 'react';
import type { NewRunChoicesQuery } from '../../graphql/generated/graphql.js';
import { SelectField, TextField } from '../../ui/field.js';
import { Term } from '../../ui/term.js';
import styles from './new-run.module.css';
import { recipes } from './recipes.js';
import { needsMore, type RunFormField } from './run-form.js';
import type { FormPart } from './run-form-view.js';

type Choice = NewRunChoicesQuery['architectures'][number];

const weightsSuffix = {
  CACHED: '',
  DOWNLOADABLE: ' (weights will be fetched)',
  UNAVAILABLE: ' (weights out of reach)',
};

const hintOf = ({ description, weightsStatus, weightsNote }: Choice): string =>
  weightsStatus === 'CACHED' ? description : `${description} ${weightsNote}.`;

interface MoreFieldsProps extends FormPart {
  readonly architectures: NewRunChoicesQuery['architectures'];
}

/** Settings that have good defaults, each with a reason for changing it. */
export function MoreFields({ architectures, ...part }: MoreFieldsProps) {
  const { values, errors, onChange } = part;
  const chosen = architectures.find(({ name }) => name === values.architecture) ?? architectures[0];
  const { frozenEpochs } = recipes[values.recipe];
  return (
    <details className={styles['more']} open={needsMore(values, errors) || undefined}>
      <summary>More</summary>
      <div className={styles['grid']}>
        <Line
          part={part}
          field="name"
          label="Name"
          placeholder="made up from the dataset"
          hint="To find the run again."
        />
        <SelectField
          label={<Term word="architecture">Architecture</Term>}
          value={chosen?.name ?? ''}
          error={errors.architecture}
          disabled={values.from !== ''}
          hint={values.from === '' ? chosen && hintOf(chosen) : 'That of the checkpoint.'}
          onChange={(event) => {
            onChange({ architecture: event.target.value });
          }}
        >
          {architectures.map(({ name, title, weightsStatus }) => (
            <option key={name} value={name} disabled={weightsStatus === 'UNAVAILABLE'}>
              {title}
              {weightsSuffix[weightsStatus]}
            </option>
          ))}
        </SelectField>
        {frozenEpochs !== null && (
          <Line
            part={part}
            field="frozenEpochs"
            label={<>Head first, epochs</>}
            placeholder={String(frozenEpochs)}
            hint={
              <>
                While the body is <Term word="frozen" />. More if the classes are far from everyday
                photos.
              </>
            }
          />
        )}
        <Line
          part={part}
          field="imageSize"
          label="Image size"
          placeholder={String(chosen?.imageSize ?? 224)}
          hint="Side in pixels, 32 to 1024. Smaller is faster, larger sees finer detail."
        />
        <Line
          part={part}
          field="batchSize"
          label={<Term word="batch size">Batch size</Term>}
          placeholder="32"
          hint="1 to 1024. Smaller if memory runs out."
        />
        <SelectField
          label="Frozen body"
          value={values.frozenBody}
          error={errors.frozenBody}
          hint="While it is frozen, what it makes of an image can be kept: much faster, and better on few images. As in fastai, it runs every time and its batch norm learns."
          onChange={(event) => {
            onChange({ frozenBody: event.target.value === 'LIVE' ? 'LIVE' : '' });
          }}
        >
          <option value="">Run it once and keep what it makes</option>
          <option value="LIVE">Run it every time, as in fastai</option>
        </SelectField>
        <Line
          part={part}
          field="validShare"
          label="Share for validation"
          placeholder="the split of the dataset"
          hint="Larger makes the figures surer, smaller leaves more to learn from."
        />
        <Line
          part={part}
          field="seed"
          label={<Term word="seed">Seed</Term>}
          placeholder="42"
          hint="Another one shows how much of a result is chance."
        />
      </div>
    </details>
  );
}

interface LineProps {
  readonly part: FormPart;
  readonly field: RunFormField;
  readonly label: ReactNode;
  readonly placeholder: string;
  readonly hint: ReactNode;
}

function Line({ part: { values, errors, onChange }, field, ...rest }: LineProps) {
  return (
    <TextField
      {...rest}
      value={values[field]}
      error={errors[field]}
      onChange={(event) => {
        onChange({ [field]: event.target.value });
      }}
    />
  );
}
