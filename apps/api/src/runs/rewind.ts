import type { RewoundEvent } from './run-event.js';
import type { PhaseState, RunState } from './run-state.type.js';

/** Drops what no longer counts: an attempt computes it again. */
export function afterRewind(state: RunState, { toStep, toEpoch, toPhase }: RewoundEvent): RunState {
  return {
    ...state,
    steps: Math.min(state.steps, toStep),
    epochs: state.epochs.filter(({ epoch }) => epoch < toEpoch),
    files: state.files.filter(({ epoch }) => epoch < toEpoch),
    phases: state.phases.map((phase) => (phase.index < toPhase ? phase : pending(phase))),
  };
}

function pending(phase: PhaseState): PhaseState {
  return {
    ...phase,
    status: 'pending',
    firstStep: null,
    firstEpoch: null,
    startedAt: null,
    endedAt: null,
    lrFinder: null,
  };
}
