import type {
  Data,
  AttemptStarted,
  BatchesTrained,
  CheckpointSaved,
  CommandApplied,
  EpochEnded,
  FitAdjusted,
  FileSaved,
  LrFinderAdvanced,
  LrFinderEnded,
  PhaseEnded,
  PhaseStarted,
  Rewound,
  RunStatusChanged,
} from '@whetstone/schema';
import type { RunEvent, RunFact } from '../runs/run-event.js';
import { toMetrics } from './to-run.js';

/** The GraphQL type of each kind of fact. */
interface Types {
  readonly status: Named<'RunStatusChanged', RunStatusChanged>;
  readonly 'attempt-started': Named<'AttemptStarted', AttemptStarted>;
  readonly rewound: Named<'Rewound', Rewound>;
  readonly 'command-applied': Named<'CommandApplied', CommandApplied>;
  readonly 'file-saved': Named<'FileSaved', FileSaved>;
  readonly checkpoint: Named<'CheckpointSaved', CheckpointSaved>;
  readonly 'phase-start': Named<'PhaseStarted', PhaseStarted>;
  readonly batches: Named<'BatchesTrained', BatchesTrained>;
  readonly 'lr-finder-points': Named<'LrFinderAdvanced', LrFinderAdvanced>;
  readonly 'lr-finder-end': Named<'LrFinderEnded', LrFinderEnded>;
  readonly adjusted: Named<'FitAdjusted', FitAdjusted>;
  readonly 'epoch-end': Named<'EpochEnded', EpochEnded>;
  readonly 'phase-end': Named<'PhaseEnded', PhaseEnded>;
}

type Named<Name extends string, Type> = Data<Type> & { readonly __typename: Name };
type Place = 'runId' | 'seq' | 'attempt' | 'at';
type Mapped = { [Kind in keyof Types]: Omit<Types[Kind], Place> }[keyof Types];

export type RunEventView = Types[keyof Types];

/** An event of the log as GraphQL says it. */
export function toRunEvent({ runId, seq, attempt, at, fact }: RunEvent): RunEventView {
  return { runId, seq, attempt, at, ...toFact(fact) };
}

function toFact(fact: RunFact): Mapped {
  switch (fact.type) {
    case 'status':
      return {
        __typename: 'RunStatusChanged',
        status: fact.status,
        reason: fact.reason,
        error: fact.error,
      };
    case 'attempt-started':
      return { ...fact, __typename: 'AttemptStarted' };
    case 'rewound':
      return { ...fact, __typename: 'Rewound' };
    case 'command-applied':
      return { ...fact, __typename: 'CommandApplied' };
    case 'file-saved':
      return { ...fact, __typename: 'FileSaved' };
    case 'checkpoint':
      return { ...fact, __typename: 'CheckpointSaved' };
    case 'phase-start':
      return { ...fact, __typename: 'PhaseStarted' };
    case 'batches':
      return { ...fact, __typename: 'BatchesTrained' };
    case 'lr-finder-points':
      return { ...fact, __typename: 'LrFinderAdvanced' };
    case 'lr-finder-end':
      return { ...fact, __typename: 'LrFinderEnded' };
    case 'adjusted':
      return { ...fact, __typename: 'FitAdjusted' };
    case 'epoch-end':
      return { ...fact, __typename: 'EpochEnded', metrics: toMetrics(fact.metrics) };
    case 'phase-end':
      return { ...fact, __typename: 'PhaseEnded', status: fact.outcome };
  }
}
