'use client';

import { Square } from 'lucide-react';
import { useMutation } from 'urql';
import { StopRunDocument } from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { Button } from '../../ui/button.js';

/** Ends a run for good; what it has learned so far is kept. */
export function StopButton({ runId }: { readonly runId: string }) {
  const [{ fetching, data, error }, stop] = useMutation(StopRunDocument);
  // A refused mutation answers with null, which the types do not say.
  const asked = fetching || Boolean(data);
  return (
    <>
      <Button
        disabled={asked}
        title="Ends the run for good. The weights of its best epoch are kept"
        onClick={() => {
          void stop({ id: runId });
        }}
      >
        <Square size={14} aria-hidden />
        {asked ? 'Stopping' : 'Stop'}
      </Button>
      {error && (
        <span className="small" role="alert">
          {errorMessage(error)}
        </span>
      )}
    </>
  );
}
