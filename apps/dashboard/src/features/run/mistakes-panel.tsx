'use client';

import { Tabs } from 'radix-ui';
import { MistakesDocument } from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { Notice } from '../../ui/notice.js';
import { Panel } from '../../ui/panel.js';
import { Term } from '../../ui/term.js';
import { ClassReportTable } from './class-report-table.js';
import type { Cell } from './matrix.js';
import { MistakeCard } from './mistake-card.js';
import styles from './mistakes.module.css';
import { MostConfusedTable } from './most-confused-table.js';

interface MistakesPanelProps {
  readonly runId: string;
  readonly epoch: number;
  readonly onOpen: (cell: Cell) => void;
}

/** The mistakes of an epoch, from three sides. */
export function MistakesPanel({ runId, epoch, onOpen }: MistakesPanelProps) {
  const { data, error } = useFreshQuery({
    query: MistakesDocument,
    variables: { id: runId, epoch },
    requestPolicy: 'cache-first',
  });
  const run = data?.run ?? null;
  return (
    <Panel title="Mistakes">
      <Tabs.Root defaultValue="top-losses">
        <Tabs.List className={styles['tabs']} aria-label="Mistakes">
          <Tabs.Trigger value="top-losses">Top losses</Tabs.Trigger>
          <Tabs.Trigger value="most-confused">Most confused</Tabs.Trigger>
          <Tabs.Trigger value="by-class">By class</Tabs.Trigger>
        </Tabs.List>
        {error && (
          <Notice tone="failure" title="The mistakes could not be read">
            {errorMessage(error)}
          </Notice>
        )}
        <Tabs.Content value="top-losses">
          <p className={styles['lead']}>
            The <Term word="top losses">pictures that it was most wrong about</Term> after epoch{' '}
            {epoch + 1}. A wrong label shows here first.
          </p>
          <ul className={styles['cards']}>
            {run?.topLosses.map((prediction) => (
              <MistakeCard key={prediction.item.id} prediction={prediction} />
            ))}
          </ul>
        </Tabs.Content>
        <Tabs.Content value="most-confused">
          <MostConfusedTable
            confusions={run?.confusionMatrix?.mostConfused ?? []}
            onOpen={onOpen}
          />
        </Tabs.Content>
        <Tabs.Content value="by-class">
          <ClassReportTable classes={run?.classReport ?? []} />
        </Tabs.Content>
      </Tabs.Root>
    </Panel>
  );
}
