import type { DatasetRowFragment } from '../../graphql/generated/graphql.js';
import { Notice } from '../../ui/notice.js';
import { plural } from '../../format/numbers.js';
import styles from './datasets.module.css';

interface ProblemListProps {
  readonly problems: DatasetRowFragment['problems'];
  /** Problems to show; the rest is told in words. */
  readonly most?: number;
}

/** What was left out of a dataset, or looks wrong in it. */
export function ProblemList({ problems, most = 50 }: ProblemListProps) {
  if (problems.length === 0) return null;
  const shown = problems.slice(0, most);
  return (
    <Notice tone="attention" title={`${plural(problems.length, 'thing')} to look at`}>
      <ul className={styles['problems']}>
        {shown.map(({ path, code, message }) => (
          <li key={`${path} ${code}`}>
            <code>{path}</code> {message}
          </li>
        ))}
        {shown.length < problems.length && <li>and {problems.length - shown.length} more</li>}
      </ul>
    </Notice>
  );
}
