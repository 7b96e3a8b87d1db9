import { formatCount, formatPace } from '../../format/numbers.js';
import type { DatasetRowFragment } from '../../graphql/generated/graphql.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import styles from './datasets.module.css';

type Progress = NonNullable<DatasetRowFragment['progress']>;

/** How far an import has come. */
export function ImportProgressBar({ progress }: { readonly progress: Progress }) {
  const { done, total, fraction, imagesPerSecond } = progress;
  const of = total === null ? 'counting' : `${formatCount(done)} of ${formatCount(total)}`;
  const pace = imagesPerSecond === null ? '' : ` · ${formatPace(imagesPerSecond)}`;
  return (
    <div className={styles['progress']}>
      <ProgressBar label="Pictures read" fraction={fraction} />
      <span className="number quiet">
        {of}
        {pace}
      </span>
    </div>
  );
}
