'use client';

import { useEffect, useState, useSyncExternalStore } from 'react';
import { FinderChart } from '../../charts/finder-chart.js';
import { formatRate } from '../../format/numbers.js';
import type { PhaseStateFragment } from '../../graphql/generated/graphql.js';
import { useLiveLink } from '../../graphql/provider.js';
import { FinderCurve, type FinderVerdict, type Suggestion } from '../../live/finder-curve.js';
import { watchFinder } from '../../live/watch-finder.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { Panel } from '../../ui/panel.js';
import { Term } from '../../ui/term.js';
import styles from './run.module.css';

interface FinderPanelProps {
  readonly runId: string;
  readonly finders: readonly PhaseStateFragment[];
}

/** The learning-rate finders of a run, the newest first. */
export function FinderPanel({ runId, finders }: FinderPanelProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const begun = finders.filter(({ status }) => status !== 'PENDING');
  const phase = chosen ?? begun.at(-1)?.index ?? finders[0]!.index;
  return (
    <Panel
      title={<Term word="learning-rate finder">Learning-rate finder</Term>}
      actions={
        begun.length > 1 &&
        begun.map(({ index }, place) => (
          <Button
            key={index}
            small
            aria-pressed={index === phase}
            look={index === phase ? 'plain' : 'bare'}
            onClick={() => {
              setChosen(index);
            }}
          >
            {ordinals[place] ?? `${place + 1}th`}
          </Button>
        ))
      }
    >
      <Finder key={phase} runId={runId} phase={phase} />
    </Panel>
  );
}

const ordinals = ['First', 'Second', 'Third'];

function Finder({ runId, phase }: { readonly runId: string; readonly phase: number }) {
  const link = useLiveLink();
  const [curve] = useState(() => new FinderCurve());
  useEffect(() => {
    if (link === null) return undefined;
    return watchFinder(link, { runId, phase }, curve);
  }, [link, runId, phase, curve]);
  const verdict = useSyncExternalStore(
    (changed) => curve.onChange(changed),
    () => curve.verdict,
    () => null,
  );
  return (
    <div className="stack">
      <FinderChart curve={curve} summary={summaryOf(verdict)} />
      {verdict === null ? (
        <p className="small quiet">
          The rate rises batch by batch; what it suggests stands here when the loss has run away.
        </p>
      ) : (
        <>
          <p className="small quiet">
            {endings[verdict.stoppedBecause]}. The dotted parts are left out of account.
          </p>
          <ul className={styles['suggestions']}>
            {verdict.suggestions.map((suggestion) => (
              <SuggestionRow key={suggestion.method} runId={runId} suggestion={suggestion} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function SuggestionRow({
  runId,
  suggestion,
}: {
  readonly runId: string;
  readonly suggestion: Suggestion;
}) {
  const { method, learningRate, note } = suggestion;
  const name = method.toLowerCase();
  return (
    <li>
      <b>{name}</b>
      <span className="number">{learningRate === null ? '–' : formatRate(learningRate)}</span>
      {learningRate === null ? (
        <span />
      ) : (
        <ButtonLink
          small
          href={`/runs/new?from=${runId}&learningRate=${Number(learningRate.toPrecision(3))}`}
          aria-label={`Use this: ${formatRate(learningRate)}, ${name}`}
        >
          Use this
        </ButtonLink>
      )}
      <p>{note}</p>
    </li>
  );
}

const endings: Readonly<Record<FinderVerdict['stoppedBecause'], string>> = {
  COMPLETED: 'Every rate was tried',
  DIVERGED: 'It ended when the loss ran away',
  NON_FINITE: 'It ended when the loss was no longer a number',
  STOPPED: 'It was stopped before its end',
};

function summaryOf(verdict: FinderVerdict | null): string {
  if (verdict === null) return 'Loss against learning rate, being measured';
  const said = verdict.suggestions.map(({ method, learningRate }) =>
    learningRate === null
      ? `${method.toLowerCase()} none`
      : `${method.toLowerCase()} ${formatRate(learningRate)}`,
  );
  return `Loss against learning rate. Suggested: ${said.join(', ')}`;
}
