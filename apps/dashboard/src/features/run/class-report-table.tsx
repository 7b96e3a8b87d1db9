import type { CSSProperties } from 'react';
import type { MistakesQuery } from '../../graphql/generated/graphql.js';
import { Term } from '../../ui/term.js';
import styles from './mistakes.module.css';

type ClassReport = NonNullable<MistakesQuery['run']>['classReport'][number];

/** How well each class is known, the least known first. */
export function ClassReportTable({ classes }: { readonly classes: readonly ClassReport[] }) {
  return (
    <table className={styles['report']}>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col">
            <Term word="precision" />
          </th>
          <th scope="col">
            <Term word="recall" />
          </th>
          <th scope="col">
            <Term word="F1" />
          </th>
          <th scope="col">
            <Term word="support" />
          </th>
        </tr>
      </thead>
      <tbody>
        {classes
          .toSorted((a, b) => a.f1 - b.f1)
          .map(({ label, precision, recall, f1, support }) => (
            <tr key={label}>
              <th scope="row" title={label}>
                {label}
              </th>
              <td>
                <Meter share={precision} />
              </td>
              <td>
                <Meter share={recall} />
              </td>
              <td>
                <Meter share={f1} />
              </td>
              <td>{support}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function Meter({ share }: { readonly share: number }) {
  return (
    <span className={styles['meter']}>
      {share.toFixed(2)}
      <i style={{ '--share': `${share * 100}%` } as CSSProperties} />
    </span>
  );
}
