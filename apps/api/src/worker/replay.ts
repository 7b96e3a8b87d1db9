import { encodeJson } from '../json-codec.js';
import type { CheckpointEvent, RewoundEvent, RunFact } from '../runs/run-event.js';

/** Where an attempt goes on: a checkpoint, or the beginning. */
export type ReplayStart = Pick<CheckpointEvent, 'phase' | 'epoch' | 'step' | 'within'>;

export const BEGINNING: ReplayStart = { phase: 0, epoch: 0, step: 0, within: false };

/**
 * Compares what an attempt reports with what the log says already of the same steps, times aside:
 * what is equal is known, and is not written again. At the first difference everything since the
 * attempt's start is written again, behind a `rewound`.
 */
export class Replay {
  readonly #start: ReplayStart;
  readonly #expected: readonly Row[];
  readonly #known: RunFact[] = [];
  #compared = 0;

  /** `logged` are the facts of the log since `start`, in order. */
  constructor(start: ReplayStart, logged: readonly RunFact[]) {
    this.#start = start;
    this.#expected = factsThatCount(logged).flatMap((fact) =>
      rowsOf(fact).map((text) => ({ text, fact })),
    );
  }

  /** Whether everything that the log says was reported again. */
  get isOver(): boolean {
    return this.#compared === this.#expected.length;
  }

  /** What is to be written of a fact that the trainer reports, which is of one batch or point at most. */
  take(fact: RunFact): readonly RunFact[] {
    if (this.isOver) return [fact];
    const rows = rowsOf(fact);
    const expected = this.#expected.slice(this.#compared, this.#compared + rows.length);
    if (rows.every((row, index) => row === expected[index]?.text)) {
      this.#compared += rows.length;
      // A file is where the log says, under the name that an earlier attempt gave it.
      this.#known.push(fact.type === 'file-saved' ? expected[0]!.fact : fact);
      return [];
    }
    this.#compared = this.#expected.length;
    return [rewoundTo(this.#start), ...this.#known.splice(0), fact];
  }
}

interface Row {
  readonly text: string;
  readonly fact: RunFact;
}

const rewoundTo = ({ phase, epoch, step, within }: ReplayStart): RewoundEvent => ({
  type: 'rewound',
  toStep: step,
  toEpoch: epoch,
  toPhase: phase,
  within,
});

/** Without what a later `rewound` took back. */
function factsThatCount(logged: readonly RunFact[]): RunFact[] {
  let facts: RunFact[] = [];
  for (const fact of logged) {
    if (fact.type !== 'rewound') {
      facts.push(fact);
      continue;
    }
    const back = facts.findLastIndex((one) => one.type === 'checkpoint' && isThere(one, fact));
    facts = facts.slice(0, back + 1);
  }
  return facts;
}

const isThere = (
  { phase, epoch, step, within }: CheckpointEvent,
  { toPhase, toEpoch, toStep, within: toWithin = false }: RewoundEvent,
): boolean => phase === toPhase && epoch === toEpoch && step === toStep && within === toWithin;

/** What two attempts must agree on: a text for each batch or point, and for every other fact of training. */
function rowsOf(fact: RunFact): string[] {
  switch (fact.type) {
    case 'batches': {
      const { type, phase, steps, epochs, losses, smoothedLosses, learningRates, momentums } = fact;
      return steps.map((step, i) =>
        encodeJson([
          type,
          phase,
          step,
          epochs[i],
          losses[i],
          smoothedLosses[i],
          learningRates[i],
          momentums[i],
          fact.groupLearningRates.map((rates) => rates[i]),
        ]),
      );
    }
    case 'lr-finder-points': {
      const { type, phase, indexes, learningRates, losses, smoothedLosses } = fact;
      return indexes.map((index, i) =>
        encodeJson([type, phase, index, learningRates[i], losses[i], smoothedLosses[i]]),
      );
    }
    case 'epoch-end':
    case 'phase-end':
      return [encodeJson({ ...fact, seconds: 0 })];
    case 'file-saved':
      // The attempt is part of its name.
      return [encodeJson({ ...fact, file: '' })];
    case 'phase-start':
    case 'lr-finder-end':
    case 'adjusted':
      return [encodeJson(fact)];
    // How often they come depends on the clock; the others are not the trainer's.
    case 'checkpoint':
    case 'status':
    case 'attempt-started':
    case 'rewound':
    case 'command-applied':
      return [];
  }
}
