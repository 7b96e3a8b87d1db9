'use client';

import { Pause, Play, Square } from 'lucide-react';
import { useMutation } from 'urql';
import {
  PauseRunDocument,
  ResumeRunDocument,
  type RunStatus,
  StopRunDocument,
} from '../../graphql/generated/graphql.js';
import { errorMessage } from '../../graphql/errors.js';
import { Button } from '../../ui/button.js';

interface Controlled {
  readonly id: string;
  readonly status: RunStatus;
}

/** What can be done about a run that has not ended. */
export function RunControls({ run }: { readonly run: Controlled }) {
  const [pausing, pause] = useMutation(PauseRunDocument);
  const [resuming, resume] = useMutation(ResumeRunDocument);
  const [stopping, stop] = useMutation(StopRunDocument);
  const error = stopping.error ?? pausing.error ?? resuming.error;
  // A refused mutation answers with null, which the types do not say.
  const isToStop = stopping.fetching || Boolean(stopping.data);
  // The answer comes as the wish is noted; the run pauses behind the batch at hand.
  const isToPause = pausing.fetching || (Boolean(pausing.data) && run.status === 'RUNNING');
  const isHeld = run.status === 'PAUSED' || run.status === 'INTERRUPTED';
  return (
    <>
      {error && (
        <span className="small" role="alert">
          {errorMessage(error)}
        </span>
      )}
      {isHeld ? (
        <Button
          disabled={resuming.fetching || isToStop}
          title="Goes on where it was"
          onClick={() => void resume({ id: run.id })}
        >
          <Play size={14} aria-hidden />
          Resume
        </Button>
      ) : (
        <Button
          disabled={isToPause || isToStop}
          title="Frees the machine for another run; it goes on where it was, whenever you resume it"
          onClick={() => void pause({ id: run.id })}
        >
          <Pause size={14} aria-hidden />
          {isToPause ? 'Pausing' : 'Pause'}
        </Button>
      )}
      <Button
        disabled={isToStop}
        title="Ends the run for good. The weights of its best epoch are kept"
        onClick={() => void stop({ id: run.id })}
      >
        <Square size={14} aria-hidden />
        {isToStop ? 'Stopping' : 'Stop'}
      </Button>
    </>
  );
}
