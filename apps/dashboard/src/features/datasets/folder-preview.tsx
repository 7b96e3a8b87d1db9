'use client';

import { useQuery } from 'urql';
import { plural } from '../../format/numbers.js';
import { PreviewFolderDocument } from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { ClassBars } from './class-bars.js';
import styles from './datasets.module.css';
import { ProblemList } from './problem-list.js';
import { useSettled } from './use-settled.js';

/** What importing a folder would give, while its path is typed. */
export function FolderPreview({ path }: { readonly path: string }) {
  const settled = useSettled(path.trim(), 300);
  const [{ data, error, stale, fetching }] = useQuery({
    query: PreviewFolderDocument,
    variables: { path: settled },
    pause: settled === '',
  });
  if (settled === '') return null;
  if (error && !fetching) return <p className="small quiet">{errorMessage(error)}</p>;
  const preview = data?.previewFolder;
  if (preview === undefined || fetching || stale)
    return <p className="small quiet">Looking into the folder</p>;
  return (
    <div className={styles['preview']}>
      <p className="small">
        {plural(preview.imageCount, 'picture')} in{' '}
        {plural(preview.classes.length, 'class', 'classes')}
      </p>
      <ClassBars classes={preview.classes} most={12} />
      <ProblemList problems={preview.problems} most={5} />
    </div>
  );
}
