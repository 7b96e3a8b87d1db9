import { RunEventsDocument } from '../../graphql/generated/graphql.js';
import type { LiveLink } from '../../graphql/live-link.js';
import type { RunEvent } from './run-events.js';

/** Follows the log of a run behind `after`, each event once, until the function it returns is called. */
export function watchEvents(
  link: LiveLink,
  { runId, after }: { readonly runId: string; readonly after: number },
  onEvent: (event: RunEvent) => void,
): () => void {
  let last = after;
  return link.follow({
    document: RunEventsDocument,
    variables: () => ({ runId, after: last }),
    onNext: ({ runEvents }) => {
      if (runEvents.seq <= last) return;
      last = runEvents.seq;
      onEvent(runEvents);
    },
  });
}
