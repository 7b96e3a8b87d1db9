import { minimum } from './suggest-minimum.js';
import type { RulePick, SuggestionRule } from './suggest-rule.js';
import { slide } from './suggest-slide.js';
import { slopesByLogRate, steep } from './suggest-steep.js';
import { longestValley, valley } from './suggest-valley.js';
import type { LrSuggestion, SuggestionMethod } from './suggestion.js';

/** A finder's curve: everything it recorded, in order. */
export interface LrFinderCurve {
  readonly learningRates: readonly number[];
  readonly smoothedLosses: readonly number[];
  /** Steps that the finder was to take, also if it ended early. */
  readonly steps: number;
}

/** The part of a curve that rules may read, and where it starts. */
interface Readable {
  readonly learningRates: readonly number[];
  readonly losses: readonly number[];
  readonly offset: number;
}

/** A rule, what it says, and when its answer would be of no use. */
interface Method {
  readonly method: SuggestionMethod;
  readonly rule: SuggestionRule;
  readonly explanation: string;
  /** Points below which the rule has nothing to compare. */
  readonly pointsNeeded: number;
  /** Why this pick means nothing, or null. */
  readonly objection: (curve: Readable, pick: RulePick) => string | null;
}

/** fastai drops the first tenth of the steps, where the smoothing starts up, and the last points, where the loss runs away. */
const SKIP_SHARE = 0.1;
const SKIP_END = 5;
/** A loss that falls by less than this share says little about where it falls. */
const CLEAR_FALL = 0.02;
/** A fall by less than this share is the rounding of the smoothing, also where the loss is constant. */
const ROUNDING = 1e-9;

const NEVER_FELL =
  'The loss never fell, so there is no rate at which it learned. Check labels and images, or start from a lower rate';

const methods: readonly Method[] = [
  {
    method: 'valley',
    rule: valley,
    explanation: 'About half-way down the longest stretch in which the smoothed loss falls',
    pointsNeeded: 3,
    objection: ({ losses }) =>
      isFlat(losses) || longestValley(losses).end === 0 ? NEVER_FELL : null,
  },
  {
    method: 'steep',
    rule: steep,
    explanation: 'Where the smoothed loss falls fastest',
    pointsNeeded: 2,
    objection: ({ learningRates, losses }, { index }) =>
      isFlat(losses) || slopesByLogRate(learningRates, losses)[index]! >= 0 ? NEVER_FELL : null,
  },
  {
    method: 'minimum',
    rule: minimum,
    explanation: 'A tenth of the rate at which the smoothed loss is lowest',
    pointsNeeded: 2,
    objection: ({ losses }, { index }) => (isFlat(losses) || index === 0 ? NEVER_FELL : null),
  },
  {
    method: 'slide',
    rule: slide,
    explanation: 'The last rate before the smoothed loss runs away',
    pointsNeeded: 16,
    objection: (_curve, { index }) =>
      index === 0
        ? 'The slope keeps changing along the whole curve, so the search for a steady part ran off its start. Use another method'
        : null,
  },
];

/**
 * What each of fastai's four rules says about a finder's curve. Always four entries, never throws;
 * a rule without a useful answer says why in its note.
 */
export function suggestLearningRates(curve: LrFinderCurve): LrSuggestion[] {
  const readable = readablePart(curve);
  const doubt = doubtAbout(readable);
  return methods.map(({ method, rule, explanation, pointsNeeded, objection }) => {
    const none = (note: string) => ({ method, learningRate: null, index: null, note });
    if (readable.losses.length < pointsNeeded) return none(tooFewPoints(curve, readable));
    const pick = rule(readable.learningRates, readable.losses);
    if (pick === null) return none(tooFewPoints(curve, readable));
    const reason = objection(readable, pick);
    if (reason !== null) return none(reason);
    return {
      method,
      learningRate: pick.learningRate,
      index: readable.offset + pick.index,
      note: doubt === null ? explanation : `${explanation}. ${doubt}`,
    };
  });
}

/** The points that fastai hands to its rules: without the first tenth, the last five, and all from the first NaN on. */
function readablePart({ learningRates, smoothedLosses, steps }: LrFinderCurve): Readable {
  const firstNaN = smoothedLosses.findIndex(Number.isNaN);
  // fastai goes on after a NaN, so that its last five points are NaN as well; ours end at the first.
  const recorded = firstNaN < 0 ? smoothedLosses.length : Math.max(steps, smoothedLosses.length);
  const offset = Math.floor(steps * SKIP_SHARE);
  const end = Math.min(recorded - SKIP_END, firstNaN < 0 ? Infinity : firstNaN);
  return {
    learningRates: learningRates.slice(offset, Math.max(offset, end)),
    losses: smoothedLosses.slice(offset, Math.max(offset, end)),
    offset,
  };
}

function tooFewPoints({ smoothedLosses, steps }: LrFinderCurve, { losses }: Readable): string {
  if (smoothedLosses.length === 0)
    return 'Not a single batch was trained: the train split has none. Add images, or use smaller batches';
  if (Number.isNaN(smoothedLosses[0]))
    return 'The loss was not a number from the first batch on, at the lowest rate. Check images, labels and weights';
  const ended =
    smoothedLosses.length < steps ? ' because the loss diverged early or was stopped' : '';
  const remedy =
    smoothedLosses.length < steps
      ? 'Start from a lower rate, or take more steps'
      : 'Take more steps';
  return `Only ${losses.length} of ${smoothedLosses.length} points can be read${ended}. ${remedy}`;
}

/** Whether losses differ by no more than rounding. */
function isFlat(losses: readonly number[]): boolean {
  const lowest = Math.min(...losses);
  return Math.max(...losses) - lowest <= ROUNDING * Math.abs(lowest);
}

/** Why every answer is to be taken with care, or null. */
function doubtAbout({ losses }: Readable): string | null {
  if (losses.length < 2) return null;
  const lowest = Math.min(...losses);
  const highestBefore = Math.max(...losses.slice(0, losses.indexOf(lowest) + 1));
  if (highestBefore - lowest < CLEAR_FALL * Math.abs(highestBefore))
    return 'The loss hardly falls on this curve: take the suggestion with care';
  if (losses.at(-1) === lowest)
    return 'The loss still falls at the end of the curve: a test up to a higher rate would say more';
  return null;
}
