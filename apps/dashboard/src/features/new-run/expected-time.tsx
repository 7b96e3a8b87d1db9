import { formatDuration } from '../../format/times.js';
import type { NewRunChoicesQuery } from '../../graphql/generated/graphql.js';
import { type EarlierRun, estimateSeconds } from './estimate.js';
import styles from './new-run.module.css';
import { recipes } from './recipes.js';
import type { RunFormValues } from './run-form.js';

interface ExpectedTimeProps {
  readonly values: RunFormValues;
  readonly datasets: readonly NewRunChoicesQuery['datasets']['edges'][number]['node'][];
  readonly architectures: NewRunChoicesQuery['architectures'];
  readonly earlier: readonly EarlierRun[];
}

/** How long the run will take, from what earlier ones took. */
export function ExpectedTime({ values, datasets, architectures, earlier }: ExpectedTimeProps) {
  const recipe = recipes[values.recipe];
  const architecture =
    architectures.find(({ name }) => name === values.architecture) ?? architectures[0];
  const dataset = datasets.find(({ id }) => id === values.datasetId);
  if (recipe.epochs === null || architecture === undefined || dataset === undefined) return null;
  const epochs = Number(values.epochs) || recipe.epochs;
  const isHeadOnly = values.recipe === 'HEAD';
  const frozenFirst =
    recipe.frozenEpochs === null ? 0 : Number(values.frozenEpochs) || recipe.frozenEpochs;
  const seconds = estimateSeconds(earlier, {
    architecture: architecture.name,
    imageSize: Number(values.imageSize) || architecture.imageSize,
    items: dataset.itemCount,
    frozenEpochs: isHeadOnly ? epochs : frozenFirst,
    wholeEpochs: isHeadOnly ? 0 : epochs,
  });
  return (
    <span className={styles['expected']}>
      {seconds === null ? '· time not known yet' : `· about ${formatDuration(seconds)}`}
    </span>
  );
}
