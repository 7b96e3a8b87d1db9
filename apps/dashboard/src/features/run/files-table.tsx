'use client';

import { formatBytes } from '../../format/numbers.js';
import { RunSettingsDocument } from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import styles from './run.module.css';

/** Files that the run left, to take away. */
export function FilesTable({ runId }: { readonly runId: string }) {
  const { data, error } = useFreshQuery({ query: RunSettingsDocument, variables: { id: runId } });
  if (error) return <p className="small">{errorMessage(error)}</p>;
  const files = data?.run?.artifacts ?? [];
  if (files.length === 0) {
    return <p className="small quiet">The first file is written when the first epoch has ended.</p>;
  }
  return (
    <div className={styles['scroll']}>
      <table className={styles['figures']}>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Kind</th>
            <th scope="col">Epoch</th>
            <th scope="col">Size</th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {files.map(({ name, kind, url, bytes, sha256, epoch }) => (
            <tr key={name}>
              <th scope="row">
                <a href={url} download={name}>
                  {name}
                </a>
              </th>
              <td>{kind}</td>
              <td>{epoch === null ? '' : epoch + 1}</td>
              <td>{formatBytes(bytes)}</td>
              <td title={sha256}>{sha256.slice(0, 12)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
