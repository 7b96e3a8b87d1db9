import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/date-time.js';
import { MetricValue } from '../scalars/metric-value.js';
import { Epoch } from './epoch.type.js';
import { LrFinderStop, PhaseKind, PhaseStatus } from './phase.enums.js';
import { SuggestionMethod } from './run.enums.js';

@ObjectType({ description: 'What one rule says about a finder’s curve.' })
export class LrSuggestion {
  @Field(() => SuggestionMethod, { description: 'The rule.' })
  readonly method!: SuggestionMethod;

  @Field(() => Float, {
    nullable: true,
    description: 'Suggested rate; null: the rule has no answer.',
  })
  readonly learningRate!: number | null;

  @Field(() => Int, { nullable: true, description: 'Point of the curve to mark.' })
  readonly index!: number | null;

  @Field(() => String, { description: 'The rule in a sentence, or why it has no answer.' })
  readonly note!: string;
}

@ObjectType({ description: 'A learning-rate finder’s curve, as columns.', simpleResolvers: true })
export class LrFinder {
  @Field(() => [Int], { description: 'Number of each point, from 0.' })
  readonly indexes!: readonly number[];

  @Field(() => [MetricValue], { description: 'Rate of each point.' })
  readonly learningRates!: readonly number[];

  @Field(() => [MetricValue], { description: 'Loss of each point.' })
  readonly losses!: readonly number[];

  @Field(() => [MetricValue], { description: 'Smoothed loss of each point.' })
  readonly smoothedLosses!: readonly number[];

  @Field(() => LrFinderStop, { nullable: true, description: 'Why it ended; null before that.' })
  readonly stoppedBecause!: LrFinderStop | null;

  @Field(() => [LrSuggestion], { description: 'What the four rules say; empty before its end.' })
  readonly suggestions!: readonly LrSuggestion[];
}

@ObjectType({ description: 'One phase of a run.' })
export class Phase {
  @Field(() => Int, { description: 'Place in the run, from 0.' })
  readonly index!: number;

  @Field(() => PhaseKind, { description: 'What it does.' })
  readonly kind!: PhaseKind;

  @Field(() => PhaseStatus, { description: 'How far it has come.' })
  readonly status!: PhaseStatus;

  @Field(() => String, { description: 'What it does, in words.' })
  readonly title!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Step of its first batch; null before it begins.',
  })
  readonly firstStep!: number | null;

  @Field(() => Int, { nullable: true, description: 'Its first epoch; null before it begins.' })
  readonly firstEpoch!: number | null;

  @Field(() => Int, { description: 'Epochs that it trains.' })
  readonly epochCount!: number;

  @Field(() => Boolean, {
    description: 'Whether only the head learns in it; before it begins, whether that is planned.',
  })
  readonly frozen!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'When it began.' })
  readonly startedAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended.' })
  readonly endedAt!: number | null;

  @Field(() => LrFinder, {
    nullable: true,
    description: 'Its curve, if it is a finder that has begun.',
  })
  readonly lrFinder!: LrFinder | null;

  @Field(() => [Epoch], { description: 'Its finished epochs.' })
  readonly epochs!: readonly Epoch[];
}
