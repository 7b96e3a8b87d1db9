import type { FileSavedEvent, RewoundEvent } from './run-event.js';
import type { PhaseState, RunState } from './run-state.type.js';

/** Drops what no longer counts: an attempt computes it again. */
export function afterRewind(
  state: RunState,
  { toStep, toEpoch, toPhase, within = false }: RewoundEvent,
): RunState {
  const begun = within ? toPhase : toPhase - 1;
  const checkpoints = state.checkpoints.filter(
    ({ step, phase }) => step <= toStep && phase <= toPhase,
  );
  const files = state.files.filter(({ epoch }) => epoch < toEpoch);
  return {
    ...state,
    steps: Math.min(state.steps, toStep),
    epochs: state.epochs.filter(({ epoch }) => epoch < toEpoch),
    files: withBest(files, checkpoints.at(-1)?.best ?? null),
    checkpoints,
    phases: state.phases.map((phase) => {
      if (phase.index > begun) return pending(phase);
      return phase.index === toPhase ? { ...phase, status: 'running', endedAt: null } : phase;
    }),
  };
}

/** Better weights may have replaced those that were the best back there. */
function withBest(files: RunState['files'], best: FileSavedEvent | null): RunState['files'] {
  return best === null || files.includes(best) ? files : [...files, best];
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
