'use client';

import { Search } from 'lucide-react';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useSubscription } from 'urql';
import { RunsDocument, RunsUpdatedDocument } from '../../graphql/generated/graphql.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { Term } from '../../ui/term.js';
import { NoRuns } from './no-runs.js';
import { RunRows } from './run-rows.js';
import styles from './runs.module.css';

/** Every run, newest first, as they change. */
export function RunsTable() {
  const [text, setText] = useState('');
  const [pages, setPages] = useState(1);
  const wanted = useDeferredValue(text.trim());
  useSubscription({ query: RunsUpdatedDocument });
  const all = useFreshQuery({
    query: RunsDocument,
    variables: { first: 20, after: null, text: null },
  });

  if (all.data?.runs.totalCount === 0) return <NoRuns />;
  return (
    <div className={styles['frame']}>
      <RunSearch text={text} onChange={setText} />
      <table className={styles['runs']}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Status</th>
            <th scope="col" className={styles['curve']}>
              <Term word="loss">Curve</Term>
            </th>
            <th scope="col" className={styles['figure']}>
              <Term word="error rate">Error</Term>
            </th>
            <th scope="col" className={styles['figure']}>
              Best
            </th>
            <th scope="col" className={styles['wide']}>
              <Term word="architecture">Architecture</Term>
            </th>
            <th scope="col" className={styles['wide']}>
              Data
            </th>
            <th scope="col" className={styles['figure']}>
              Time
            </th>
            <th scope="col" className={styles['figure']}>
              When
            </th>
          </tr>
        </thead>
        <tbody>
          <RunRows
            after={null}
            text={wanted === '' ? null : wanted}
            pages={pages}
            onMore={() => {
              setPages(pages + 1);
            }}
          />
        </tbody>
      </table>
    </div>
  );
}

function RunSearch({
  text,
  onChange,
}: {
  readonly text: string;
  readonly onChange: (text: string) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof Element && event.target.closest('input, textarea, select');
      if (event.key !== '/' || event.ctrlKey || event.metaKey || typing) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => {
      removeEventListener('keydown', focus);
    };
  }, []);
  return (
    <label className={styles['search']}>
      <Search size={16} aria-hidden />
      <input
        ref={input}
        type="search"
        value={text}
        placeholder="Find by name or tag"
        aria-label="Find runs"
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <kbd aria-hidden>/</kbd>
    </label>
  );
}
