import type { PhaseState, RunState } from './run-state.type.js';
import type { RunSettings } from './run-store.js';

export interface RunProgress {
  readonly phase: number | null;
  readonly phaseKind: PhaseState['kind'] | null;
  readonly phaseCount: number;
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly totalEpochs: number;
  readonly fraction: number;
  readonly imagesPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly eta: number | null;
  readonly validItems: number | null;
}

/** A batch in which everything learns takes about this many times one with a frozen body. */
const WHOLE_TO_FROZEN = 2.5;
/** Judging a batch takes about this share of training one with a frozen body. */
const JUDGED_TO_FROZEN = 0.8;
/** Batches to wait for before a time to go is told. */
const FEWEST_SAMPLES = 4;

interface Costs {
  readonly frozenBatch: number;
  readonly wholeBatch: number;
  readonly validation: number;
}

interface Work {
  readonly done: number;
  readonly left: number;
}

/** How far a run has come. The share is in units of work, the time in what batches took so far. */
export function progressOf(state: RunState, settings: RunSettings): RunProgress {
  const validBatches = Math.ceil(settings.validItems / settings.batchSize);
  const nominal: Costs = {
    frozenBatch: 1,
    wholeBatch: WHOLE_TO_FROZEN,
    validation: validBatches * JUDGED_TO_FROZEN,
  };
  const { done, left } = workOf(state, nominal);
  const current = currentPhase(state);
  const millisecondsLeft = state.status === 'running' ? timeLeft(state, validBatches) : null;
  const batchMs = current?.whole ? state.pace.wholeBatchMs : state.pace.frozenBatchMs;
  const fits = state.phases.filter(({ kind }) => kind === 'fit');
  return {
    phase: current?.index ?? null,
    phaseKind: current?.kind ?? null,
    phaseCount: state.phases.length,
    step: state.steps,
    totalSteps: sum(fits.map(({ epochCount, batches }) => epochCount * batches)),
    epoch: state.epochs.length,
    totalEpochs: sum(fits.map(({ epochCount }) => epochCount)),
    fraction: state.status === 'succeeded' ? 1 : done / Math.max(done + left, 1e-9),
    imagesPerSecond: batchMs ? (settings.batchSize * 1000) / batchMs : null,
    secondsLeft: millisecondsLeft === null ? null : millisecondsLeft / 1000,
    eta: millisecondsLeft === null ? null : Math.round(state.lastAt + millisecondsLeft),
    validItems: settings.validItems,
  };
}

/** The phase under way, or the last one that was. */
function currentPhase({ phases }: RunState): PhaseState | undefined {
  return phases.findLast(({ status }) => status !== 'pending');
}

function timeLeft(state: RunState, validBatches: number): number | null {
  const { frozenBatchMs, wholeBatchMs, validationMs, samples } = state.pace;
  if (samples < FEWEST_SAMPLES) return null;
  const frozenBatch = frozenBatchMs ?? (wholeBatchMs ?? 0) / WHOLE_TO_FROZEN;
  const costs: Costs = {
    frozenBatch,
    wholeBatch: wholeBatchMs ?? frozenBatch * WHOLE_TO_FROZEN,
    validation: validationMs ?? validBatches * frozenBatch * JUDGED_TO_FROZEN,
  };
  return workOf(state, costs).left;
}

function workOf(state: RunState, costs: Costs): Work {
  const parts = state.phases.map((phase) => phaseWork(phase, state, costs));
  return { done: sum(parts.map((part) => part.done)), left: sum(parts.map((part) => part.left)) };
}

function phaseWork(phase: PhaseState, state: RunState, costs: Costs): Work {
  const batch = phase.whole ? costs.wholeBatch : costs.frozenBatch;
  switch (phase.kind) {
    case 'lr-find': {
      const points = phase.lrFinder?.indexes.length ?? 0;
      const over = phase.status === 'completed' || phase.status === 'stopped';
      return { done: points * batch, left: over ? 0 : (phase.batches - points) * batch };
    }
    case 'fit': {
      const steps = stepsIn(phase, state);
      const epochs = state.epochs.filter((epoch) => epoch.phase === phase.index).length;
      return {
        done: steps * batch + epochs * costs.validation,
        left:
          Math.max(0, phase.epochCount * phase.batches - steps) * batch +
          Math.max(0, phase.epochCount - epochs) * costs.validation,
      };
    }
    case 'evaluate':
      return phase.status === 'completed'
        ? { done: costs.validation, left: 0 }
        : { done: 0, left: costs.validation };
    case 'freeze':
    case 'unfreeze':
      return { done: 0, left: 0 };
  }
}

function stepsIn(phase: PhaseState, { steps }: RunState): number {
  if (phase.firstStep === null) return 0;
  return Math.min(Math.max(0, steps - phase.firstStep), phase.epochCount * phase.batches);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
