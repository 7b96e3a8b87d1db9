import { Term } from '../../ui/term.js';
import { type Cell } from './matrix.js';
import styles from './mistakes.module.css';

interface MostConfusedTableProps {
  readonly confusions: readonly Cell[];
  readonly onOpen: (cell: Cell) => void;
}

/** Pairs of classes by how often the one is taken for the other. */
export function MostConfusedTable({ confusions, onOpen }: MostConfusedTableProps) {
  if (confusions.length === 0) {
    return <p className={styles['lead']}>No class was taken for another.</p>;
  }
  return (
    <table className={styles['confused']}>
      <thead>
        <tr>
          <th scope="col">
            <Term word="most confused">It is</Term>
          </th>
          <th scope="col">taken for</th>
          <th scope="col">how often</th>
        </tr>
      </thead>
      <tbody>
        {confusions.map((confusion) => (
          <tr key={`${confusion.actual} ${confusion.predicted}`}>
            <td>
              <button
                type="button"
                title="See the pictures"
                onClick={() => {
                  onOpen(confusion);
                }}
              >
                {confusion.actual}
              </button>
            </td>
            <td>{confusion.predicted}</td>
            <td className="number">
              {confusion.count} of {confusion.actualTotal}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
