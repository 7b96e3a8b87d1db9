'use client';

import { useState } from 'react';
import { plural } from '../../format/numbers.js';
import type { DatasetQuery, Split } from '../../graphql/generated/graphql.js';
import { Button } from '../../ui/button.js';
import { Panel } from '../../ui/panel.js';
import { Term } from '../../ui/term.js';
import { ClassBars } from '../datasets/class-bars.js';
import styles from './dataset.module.css';
import { ItemGrid } from './item-grid.js';

const splits: readonly (readonly [split: Split | null, name: string])[] = [
  [null, 'All'],
  ['TRAIN', 'To learn from'],
  ['VALID', 'To judge by'],
];

/** Classes and pictures; choosing a class shows its pictures. */
export function DatasetContents({
  dataset,
}: {
  readonly dataset: NonNullable<DatasetQuery['dataset']>;
}) {
  const [label, setLabel] = useState<string | null>(null);
  const [split, setSplit] = useState<Split | null>(null);
  const { id, classes, itemCount, trainCount, validCount } = dataset;
  return (
    <>
      <Panel
        title={`${plural(classes.length, 'class', 'classes')}, ${plural(itemCount, 'picture')}`}
        note={
          <>
            {plural(trainCount, 'picture')} to learn from (dark), {plural(validCount, 'picture')}{' '}
            set aside to judge by (light: the <Term word="valid pictures" />
            ). A click on a class shows its pictures alone.
          </>
        }
      >
        <ClassBars classes={classes} chosen={label} onChoose={setLabel} />
      </Panel>
      <Panel
        title={label === null ? 'Pictures' : `Pictures of ${label}`}
        actions={
          <>
            {label !== null && (
              <Button
                small
                onClick={() => {
                  setLabel(null);
                }}
              >
                Show every class
              </Button>
            )}
            <div className={styles['choice']} role="group" aria-label="Side of the split">
              {splits.map(([value, name]) => (
                <Button
                  key={name}
                  small
                  look={value === split ? 'plain' : 'bare'}
                  aria-pressed={value === split}
                  onClick={() => {
                    setSplit(value);
                  }}
                >
                  {name}
                </Button>
              ))}
            </div>
          </>
        }
      >
        <ItemGrid
          key={`${label ?? ''} ${split ?? ''}`}
          datasetId={id}
          label={label}
          split={split}
        />
      </Panel>
    </>
  );
}
