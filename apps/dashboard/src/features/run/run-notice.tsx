import type { RunStateFragment } from '../../graphql/generated/graphql.js';
import { Notice } from '../../ui/notice.js';

/** What went otherwise than planned, and what to do about it. */
export function RunNotice({ run }: { readonly run: RunStateFragment }) {
  const kept =
    run.epochs.length > 0 ? ' The weights of its best epoch are kept, below under Files.' : '';
  switch (run.status) {
    case 'FAILED':
      return (
        <Notice tone="failure" title="The run failed">
          {run.error?.message ?? run.statusReason ?? 'It did not say why.'}
          {run.error && <span className="quiet"> ({run.error.code})</span>}
          {kept}
        </Notice>
      );
    case 'INTERRUPTED':
      return (
        <Notice tone="attention" title="The run was interrupted">
          {run.statusReason ?? run.error?.message ?? 'Its trainer ended before its time.'} What it
          had learned until then is shown, and nothing of it is lost.
          {kept}
        </Notice>
      );
    case 'PAUSED':
      return (
        <Notice tone="attention" title="The run is paused">
          {run.statusReason ?? 'It goes on where it is.'}
        </Notice>
      );
    case 'STOPPED':
      return (
        <Notice tone="attention" title="The run was stopped">
          {run.statusReason ?? 'A person stopped it.'}
          {kept}
        </Notice>
      );
    case 'QUEUED':
    case 'RUNNING':
    case 'SUCCEEDED':
      return null;
  }
}
