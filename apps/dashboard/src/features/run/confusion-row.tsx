import type { CSSProperties } from 'react';
import styles from './confusion.module.css';
import {
  type Cell,
  cellOf,
  describeCell,
  type Matrix,
  type MatrixView,
  strengthOf,
} from './matrix.js';

/** Above this strength, text turns to the panel's colour. */
const TURN = 0.55;

interface ConfusionRowProps {
  readonly matrix: Matrix;
  readonly view: MatrixView;
  /** Place of the class. */
  readonly actual: number;
  readonly open: Cell | null;
}

/** One class: what its pictures were taken for. */
export function ConfusionRow({ matrix, view, actual, open }: ConfusionRowProps) {
  return (
    <tr>
      <th scope="row" title={matrix.labels[actual]}>
        <span>{matrix.labels[actual]}</span>
      </th>
      {view.shown.map((predicted) => (
        <ConfusionCell
          key={predicted}
          cell={cellOf(matrix, actual, predicted)}
          place={`${actual} ${predicted}`}
          worst={view.worst}
          open={open}
        />
      ))}
    </tr>
  );
}

function ConfusionCell({
  cell,
  place,
  worst,
  open,
}: {
  readonly cell: Cell;
  readonly place: string;
  readonly worst: number;
  readonly open: Cell | null;
}) {
  const { actual, predicted, count } = cell;
  const isRight = actual === predicted;
  if (count === 0) return <td className={isRight ? styles['right'] : undefined} />;
  const strength = isRight ? 0 : strengthOf(count, worst);
  const isOpen = open?.actual === actual && open.predicted === predicted;
  return (
    <td className={isRight ? styles['right'] : undefined}>
      <button
        type="button"
        data-cell={place}
        {...(!isRight && { 'data-mistake': '' })}
        aria-label={describeCell(cell)}
        aria-pressed={isOpen}
        className={strength > TURN ? styles['strong'] : undefined}
        style={{ '--strength': `${Math.round(strength * 100)}%` } as CSSProperties}
      >
        {count}
      </button>
    </td>
  );
}
