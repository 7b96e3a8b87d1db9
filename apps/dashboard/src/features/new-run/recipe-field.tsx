import type { FormPart } from './run-form-view.js';
import styles from './new-run.module.css';
import { recipes, recipesFor } from './recipes.js';

/** How to train, as four choices in plain words. */
export function RecipeField({ values, errors, onChange }: FormPart) {
  return (
    <fieldset className={styles['recipes']}>
      <legend>How</legend>
      {recipesFor(values.from).map((recipe) => (
        <label key={recipe} className={styles['recipe']}>
          <input
            type="radio"
            name="recipe"
            value={recipe}
            checked={values.recipe === recipe}
            aria-labelledby={`recipe-${recipe}`}
            aria-describedby={`recipe-${recipe}-words`}
            onChange={() => {
              onChange({ recipe, epochs: '', frozenEpochs: '' });
            }}
          />
          <b id={`recipe-${recipe}`}>{recipes[recipe].name}</b>
          <span id={`recipe-${recipe}-words`}>{recipes[recipe].words}</span>
        </label>
      ))}
      {errors.recipe !== undefined && (
        <p className={styles['error']} role="alert">
          {errors.recipe}
        </p>
      )}
    </fieldset>
  );
}
