import {
  fitDefaults,
  type FitPhase,
  type LearningRateSpec,
  type LrFindPhase,
  lrFindDefaults,
  type Phase,
} from '@whetstone/training';
import type { Data, FitInput, LrFindInput, PhaseInput } from '@whetstone/schema';
import { badInput } from '../errors.js';
import { assertInteger, assertRate, assertShare } from './input-ranges.js';

const kinds = ['lrFind', 'fit', 'freeze', 'unfreeze', 'evaluate'] as const;

/** Turns phases as a client wrote them into phases as the engine runs them; throws at the first that is wrong. */
export function phasesFromInput(inputs: readonly Data<PhaseInput>[]): Phase[] {
  if (inputs.length === 0 || inputs.length > 100) {
    throw badInput('phases', {
      expected: '1 to 100 phases',
      received: inputs.length,
      fix: 'Leave `phases` out to use a recipe',
    });
  }
  return inputs.map((input, index) => phaseFrom(input, `phases.${index}`));
}

function phaseFrom(input: Data<PhaseInput>, field: string): Phase {
  const given = kinds.filter((kind) => (input[kind] ?? null) !== null);
  if (given.length !== 1) {
    throw badInput(field, {
      expected: `an object with exactly one of ${kinds.join(', ')}`,
      received: given.length === 0 ? 'none of them' : given.join(' and '),
      fix: given.length === 0 ? 'Say what the phase does' : 'Make a phase of each',
    });
  }
  if (input.lrFind) return lrFindFrom(input.lrFind, `${field}.lrFind`);
  if (input.fit) return fitFrom(input.fit, `${field}.fit`);
  if (input.freeze) return { kind: 'freeze', upTo: input.freeze.upTo ?? -1 };
  if (input.unfreeze) return { kind: 'unfreeze', from: input.unfreeze.from ?? 0 };
  if (input.evaluate?.split === 'train') {
    throw badInput(`${field}.evaluate.split`, { expected: 'VALID', received: 'TRAIN' });
  }
  return { kind: 'evaluate' };
}

function lrFindFrom(input: Data<LrFindInput>, field: string): LrFindPhase {
  const startLr = input.startLr ?? lrFindDefaults.startLr;
  const endLr = input.endLr ?? lrFindDefaults.endLr;
  const steps = input.steps ?? lrFindDefaults.steps;
  assertRate(`${field}.startLr`, startLr);
  if (!(endLr > startLr && Number.isFinite(endLr))) {
    throw badInput(`${field}.endLr`, {
      expected: `a finite number above startLr (${startLr})`,
      received: endLr,
    });
  }
  assertInteger(`${field}.steps`, steps, { from: 1, to: 1000 });
  const stopOnDivergence = input.stopOnDivergence ?? lrFindDefaults.stopOnDivergence;
  return { kind: 'lr-find', startLr, endLr, steps, stopOnDivergence };
}

function fitFrom(input: Data<FitInput>, field: string): FitPhase {
  assertInteger(`${field}.epochs`, input.epochs, { from: 1, to: 1000 });
  const weightDecay = input.weightDecay ?? fitDefaults.weightDecay;
  assertShare(`${field}.weightDecay`, weightDecay, { from: 0, to: 1 });
  return {
    ...fitDefaults,
    epochs: input.epochs,
    learningRate: ratesFrom(input, field),
    schedule: input.schedule ?? fitDefaults.schedule,
    weightDecay,
  };
}

function ratesFrom(input: Data<FitInput>, field: string): LearningRateSpec {
  const rate = input.learningRate ?? null;
  const range = input.learningRateRange ?? null;
  const method = input.suggestion ?? null;
  if (rate !== null) assertRate(`${field}.learningRate`, rate);
  if (range !== null) {
    if (rate !== null || method !== null) {
      const other = rate === null ? 'suggestion' : 'learningRate';
      throw badInput(`${field}.learningRateRange`, {
        expected: `given alone`,
        received: `beside \`${other}\``,
        fix: 'Give one of the two',
      });
    }
    assertRate(`${field}.learningRateRange.min`, range.min);
    assertRate(`${field}.learningRateRange.max`, range.max);
    if (range.min > range.max) {
      throw badInput(`${field}.learningRateRange`, {
        expected: 'a min up to max',
        received: `${range.min} to ${range.max}`,
      });
    }
    return { kind: 'range', min: range.min, max: range.max };
  }
  if (method !== null)
    return { kind: 'suggestion', method, scale: 1, spread: null, fallback: rate };
  if (rate !== null) return { kind: 'rate', rate };
  throw badInput(field, {
    expected: 'an object with a learning rate',
    received: 'none of learningRate, learningRateRange and suggestion',
    fix: 'Give one, such as `learningRate: 0.002`, or `suggestion: VALLEY` after an lrFind phase',
  });
}
