'use client';

import { useEffect, useState } from 'react';
import { formatMoment } from '../../format/times.js';
import { RunSettingsDocument } from '../../graphql/generated/graphql.js';
import { useLiveLink } from '../../graphql/provider.js';
import { useFreshQuery } from '../../graphql/use-fresh-query.js';
import { latestEvents, type RunEvent, sentenceOf } from './run-events.js';
import styles from './run.module.css';
import { watchEvents } from './watch-events.js';

/** Events before the newest to begin with. */
const LOOK_BACK = 300;

/** What the run reported, the newest first. */
export function EventsList({ runId }: { readonly runId: string }) {
  const { data } = useFreshQuery({
    query: RunSettingsDocument,
    variables: { id: runId },
    requestPolicy: 'network-only',
  });
  const lastSeq = data?.run?.lastSeq;
  if (lastSeq === undefined) return null;
  return <LatestEvents runId={runId} from={Math.max(-1, lastSeq - LOOK_BACK)} />;
}

function LatestEvents({ runId, from }: { readonly runId: string; readonly from: number }) {
  const link = useLiveLink();
  // Where it began: the number of the last event rises while this is open.
  const [after] = useState(from);
  const [events, setEvents] = useState<readonly RunEvent[]>([]);
  useEffect(() => {
    if (link === null) return undefined;
    return watchEvents(link, { runId, after }, (event) => {
      setEvents((known) => latestEvents(known, event));
    });
  }, [link, runId, after]);
  return (
    <ol className={styles['events']} reversed>
      {events.map((event) => (
        <li key={event.seq}>
          <span className="number quiet">{event.seq}</span>
          <time className="quiet" dateTime={event.at}>
            {formatMoment(event.at)}
          </time>
          <span>{sentenceOf(event)}</span>
        </li>
      ))}
    </ol>
  );
}
