'use client';

import {
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  memo,
  type PointerEvent,
  useMemo,
  useState,
} from 'react';
import styles from './confusion.module.css';
import { ConfusionRow } from './confusion-row.js';
import { type Cell, cellOf, describeCell, type Matrix, viewOf } from './matrix.js';

interface ConfusionTableProps extends Matrix {
  /** The cell whose pictures are open. */
  readonly open: Cell | null;
  readonly onOpen: (cell: Cell) => void;
}

/** Mistakes in colour, the diagonal in grey: mistakes are what one looks for. */
export function ConfusionTable({ labels, counts, open, onOpen }: ConfusionTableProps) {
  const matrix = useMemo(() => ({ labels, counts }), [labels, counts]);
  const view = useMemo(() => viewOf(matrix), [matrix]);
  const [pointed, setPointed] = useState<string | null>(null);
  const cellAt = (target: EventTarget): Cell | null => {
    const button = target instanceof Element ? target.closest('[data-cell]') : null;
    const [actual, predicted] = (button?.getAttribute('data-cell') ?? '').split(' ').map(Number);
    if (actual === undefined || predicted === undefined) return null;
    return cellOf(matrix, actual, predicted);
  };
  const say = (event: PointerEvent | FocusEvent) => {
    const cell = cellAt(event.target);
    setPointed(cell === null ? null : describeCell(cell));
  };
  return (
    <>
      <div
        className={styles['scroll']}
        onPointerOver={say}
        onFocus={say}
        onKeyDown={moveFocus}
        onClick={(event) => {
          const cell = cellAt(event.target);
          if (cell !== null) onOpen(cell);
        }}
      >
        <Rows matrix={matrix} view={view} open={open} />
      </div>
      <p className={styles['pointed']}>
        {pointed ?? 'Rows: what it is. Columns: what the model said. A click opens the pictures.'}
      </p>
      {view.isCut && (
        <p className="small quiet">
          The {view.shown.length} of {labels.length} classes with the most mistakes.
        </p>
      )}
    </>
  );
}

const Rows = memo(function Rows({
  matrix,
  view,
  open,
}: {
  readonly matrix: Matrix;
  readonly view: ReturnType<typeof viewOf>;
  readonly open: Cell | null;
}) {
  return (
    <table
      className={styles['matrix']}
      data-testid="confusion-matrix"
      style={{ '--cell': `${cellSize(view.shown.length)}px` } as CSSProperties}
    >
      <thead>
        <tr>
          <td className={styles['corner']} />
          {view.shown.map((predicted) => (
            <th key={predicted} scope="col" title={matrix.labels[predicted]}>
              <span>{matrix.labels[predicted]}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {view.shown.map((actual) => (
          <ConfusionRow key={actual} matrix={matrix} view={view} actual={actual} open={open} />
        ))}
      </tbody>
    </table>
  );
});

/** Few classes get room, many get what is left. */
function cellSize(classes: number): number {
  return Math.max(28, Math.min(56, Math.floor(520 / classes)));
}

/** Arrow keys go to the next cell that has something in it. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const direction = directions[event.key];
  const from = event.target instanceof Element ? event.target.getAttribute('data-cell') : null;
  if (direction === undefined || from === null) return;
  event.preventDefault();
  const [row = 0, column = 0] = from.split(' ').map(Number);
  const along = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-cell]')]
    .map((element) => ({ element, place: (element.dataset['cell'] ?? '').split(' ').map(Number) }))
    .filter(({ place: [r = 0, c = 0] }) =>
      direction.row === 0
        ? r === row && (c - column) * direction.column > 0
        : c === column && (r - row) * direction.row > 0,
    );
  const next = direction.row + direction.column > 0 ? along[0] : along.at(-1);
  next?.element.focus();
}

const directions: Readonly<Record<string, { row: number; column: number }>> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
};
