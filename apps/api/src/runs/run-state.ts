import type { TrainingEvent } from '@whetstone/training';
import { assertNever } from '../errors.js';
import { withCheckpoint } from './checkpoints.js';
import { pacedBy, unknownPace } from './pace.js';
import { phaseTitle } from './phase-title.js';
import { type FileSavedEvent, type RunEvent, type RunFact, TRAINER_DIED } from './run-event.js';
import { afterRewind } from './rewind.js';
import { isEnded } from './run-status.js';
import type { EpochState, LrFinderState, PhaseState, RunState } from './run-state.type.js';
import type { RunSettings } from './run-store.js';

type Fact<Type extends RunFact['type']> = Extract<RunFact, { type: Type }>;

/** The state of a run whose log is empty. */
export function initialState({ phases, trainItems, batchSize, from }: RunSettings): RunState {
  const batches = Math.max(1, Math.floor(trainItems / batchSize));
  let whole = from?.whole ?? false;
  return {
    lastSeq: -1,
    lastAt: 0,
    status: 'queued',
    statusReason: null,
    error: null,
    startedAt: null,
    endedAt: null,
    environment: null,
    attempts: [],
    phases: phases.map((phase, index) => {
      if (phase.kind === 'unfreeze') whole = true;
      if (phase.kind === 'freeze') whole = false;
      return {
        index,
        kind: phase.kind,
        title: phaseTitle(phase),
        status: 'pending',
        epochCount: phase.kind === 'fit' ? phase.epochs : 0,
        batches: phase.kind === 'lr-find' ? phase.steps : batches,
        whole,
        firstStep: null,
        firstEpoch: null,
        startedAt: null,
        endedAt: null,
        lrFinder: null,
      };
    }),
    epochs: [],
    files: [],
    checkpoints: [],
    lastCommand: -1,
    deaths: 0,
    steps: 0,
    pace: unknownPace,
  };
}

/** What a run’s state is after one more event of its log. */
export function nextState(state: RunState, event: RunEvent): RunState {
  const changed = afterFact(state, event);
  return { ...changed, lastSeq: event.seq, lastAt: event.at, pace: pacedBy(changed, event) };
}

function afterFact(state: RunState, { fact, at }: RunEvent): RunState {
  switch (fact.type) {
    case 'status':
      return afterStatus(state, fact, at);
    case 'attempt-started': {
      const attempt = { number: fact.number, startedAt: at, fromStep: fact.fromStep };
      return {
        ...state,
        environment: fact.environment,
        attempts: [...state.attempts, attempt],
        phases: state.phases.map(takenUp),
        startedAt: state.startedAt ?? at,
      };
    }
    case 'rewound':
      return afterRewind(state, fact);
    case 'command-applied':
      return { ...state, lastCommand: Math.max(state.lastCommand, fact.number ?? -1) };
    case 'file-saved':
      return { ...state, files: [...state.files.filter((file) => !supersedes(fact, file)), fact] };
    case 'checkpoint':
      return { ...state, checkpoints: withCheckpoint(state, { ...fact, at }) };
    case 'phase-start':
    case 'batches':
    case 'lr-finder-points':
    case 'lr-finder-end':
    case 'adjusted':
    case 'epoch-end':
    case 'phase-end':
      return { ...afterTraining(state, fact, at), deaths: 0 };
  }
}

/** A best epoch’s weights replace the last best’s; predictions of an epoch replace those of an earlier attempt. */
function supersedes(newer: FileSavedEvent, older: FileSavedEvent): boolean {
  if (newer.kind !== older.kind) return false;
  return newer.kind === 'best-weights' || newer.epoch === older.epoch;
}

function afterStatus(state: RunState, fact: Fact<'status'>, at: number): RunState {
  const ended = isEnded(fact.status);
  const atRest = ended || fact.status === 'interrupted' || fact.status === 'paused';
  return {
    ...state,
    status: fact.status,
    statusReason: fact.reason,
    error: fact.error,
    endedAt: ended ? at : null,
    deaths: state.deaths + (fact.error?.code === TRAINER_DIED ? 1 : 0),
    phases: atRest ? state.phases.map((phase) => endedPhase(phase, at)) : state.phases,
  };
}

/** What an earlier attempt had to leave goes on. */
function takenUp(phase: PhaseState): PhaseState {
  return phase.status === 'stopped' ? { ...phase, status: 'running', endedAt: null } : phase;
}

function endedPhase(phase: PhaseState, at: number): PhaseState {
  return phase.status === 'running' ? { ...phase, status: 'stopped', endedAt: at } : phase;
}

function afterTraining(state: RunState, fact: TrainingEvent, at: number): RunState {
  switch (fact.type) {
    case 'phase-start':
      return withPhase(state, fact.phase, {
        status: 'running',
        batches: fact.batches,
        epochCount: fact.epochs,
        whole: fact.trainableGroups > 1 || fact.layerGroups === 1,
        firstStep: fact.firstStep,
        firstEpoch: fact.firstEpoch,
        startedAt: at,
        endedAt: null,
      });
    case 'batches':
      return { ...state, steps: Math.max(state.steps, (fact.steps.at(-1) ?? -1) + 1) };
    case 'lr-finder-points':
      return withPhase(state, fact.phase, {
        lrFinder: withPoints(state.phases[fact.phase]?.lrFinder ?? null, fact),
      });
    case 'lr-finder-end': {
      const { stoppedBecause, suggestions } = fact;
      const points = state.phases[fact.phase]?.lrFinder ?? emptyFinder;
      return withPhase(state, fact.phase, { lrFinder: { ...points, stoppedBecause, suggestions } });
    }
    case 'adjusted': {
      const { epochs } = fact;
      return epochs === null ? state : withPhase(state, fact.phase, { epochCount: epochs });
    }
    case 'epoch-end': {
      return { ...state, epochs: [...state.epochs, fact] };
    }
    case 'phase-end':
      return withPhase(state, fact.phase, { status: fact.outcome, endedAt: at });
    default:
      return assertNever(fact);
  }
}

function withPhase(state: RunState, index: number, change: Partial<PhaseState>): RunState {
  return {
    ...state,
    phases: state.phases.map((phase) => (phase.index === index ? { ...phase, ...change } : phase)),
  };
}

const emptyFinder: LrFinderState = {
  indexes: [],
  learningRates: [],
  losses: [],
  smoothedLosses: [],
  stoppedBecause: null,
  suggestions: [],
};

function withPoints(finder: LrFinderState | null, fact: Fact<'lr-finder-points'>): LrFinderState {
  const known = finder ?? emptyFinder;
  return {
    ...known,
    indexes: [...known.indexes, ...fact.indexes],
    learningRates: [...known.learningRates, ...fact.learningRates],
    losses: [...known.losses, ...fact.losses],
    smoothedLosses: [...known.smoothedLosses, ...fact.smoothedLosses],
  };
}

/**
 * The best finished epoch, by the rule that decides whose weights are kept: the lowest error rate,
 * and among equals the lowest valid loss.
 */
export function bestEpochOf({ epochs }: RunState): EpochState | null {
  let best: EpochState | null = null;
  let lowest = { errorRate: Infinity, validLoss: Infinity };
  for (const epoch of epochs) {
    const errorRate = epoch.metrics.find(({ name }) => name === 'errorRate')?.value ?? Infinity;
    const { validLoss } = epoch;
    const isBetter =
      errorRate < lowest.errorRate ||
      (errorRate === lowest.errorRate && validLoss < lowest.validLoss);
    if (!isBetter) continue;
    best = epoch;
    lowest = { errorRate, validLoss };
  }
  return best;
}
