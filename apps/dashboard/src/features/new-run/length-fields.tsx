import { formatRate } from '../../format/numbers.js';
import { SelectField, TextField } from '../../ui/field.js';
import { Term } from '../../ui/term.js';
import styles from './new-run.module.css';
import { type RecipeChoice, recipes } from './recipes.js';
import type { RateFrom } from './run-form.js';
import type { FormPart } from './run-form-view.js';

/** How long, and how fast. */
export function LengthFields({ values, errors, onChange }: FormPart) {
  const recipe = recipes[values.recipe];
  if (recipe.epochs === null) return null;
  return (
    <div className={styles['pair']}>
      <TextField
        label={<Term word="epoch">Epochs</Term>}
        inputMode="numeric"
        placeholder={String(recipe.epochs)}
        value={values.epochs}
        error={errors.epochs}
        hint={
          recipe.frozenEpochs === null
            ? 'More helps until the valid loss rises again.'
            : 'Of everything, after the head. More helps until the valid loss rises again.'
        }
        onChange={(event) => {
          onChange({ epochs: event.target.value });
        }}
      />
      <div className={styles['rate']}>
        <SelectField
          label={<Term word="learning rate">Learning rate</Term>}
          value={values.rateFrom}
          error={errors.rateFrom}
          hint={values.rateFrom === 'finder' ? finderHint : undefined}
          onChange={(event) => {
            // The options below are the only values there are.
            onChange({ rateFrom: event.target.value as RateFrom });
          }}
        >
          <option value="recipe">{usualRate(recipe)}</option>
          {!recipe.findsRate && <option value="finder">Find it for me</option>}
          <option value="own">Set it myself</option>
        </SelectField>
        {values.rateFrom === 'own' && (
          <TextField
            label="Rate"
            inputMode="decimal"
            placeholder="0.002"
            value={values.learningRate}
            error={errors.learningRate}
            onChange={(event) => {
              onChange({ learningRate: event.target.value });
            }}
          />
        )}
      </div>
    </div>
  );
}

const finderHint = 'A short trial before training; takes the rate that its “valley” rule suggests.';

function usualRate({ learningRate, findsRate }: RecipeChoice): string {
  if (learningRate !== null) return `The usual one, ${formatRate(learningRate)}`;
  return findsRate ? 'Found on the way' : 'As before';
}
