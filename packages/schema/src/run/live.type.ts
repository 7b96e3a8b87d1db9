import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/date-time.js';
import { MetricValue } from '../scalars/metric-value.js';
import { LrFinderStop } from './phase.enums.js';
import { LrSuggestion } from './phase.type.js';

@ObjectType({
  description: 'Finished train batches, as columns of equal length.',
  simpleResolvers: true,
})
export class BatchMetrics {
  @Field(() => [Int], {
    description: 'Step of each batch; the last one is the cursor to go on from.',
  })
  readonly steps!: readonly number[];

  @Field(() => [Int], { description: 'Epoch of each batch.' })
  readonly epochs!: readonly number[];

  @Field(() => [DateTime], { description: 'When each batch ended.' })
  readonly times!: readonly number[];

  @Field(() => [MetricValue], { description: 'Loss of each batch.' })
  readonly losses!: readonly number[];

  @Field(() => [MetricValue], { description: 'Smoothed loss after each batch.' })
  readonly smoothedLosses!: readonly number[];

  @Field(() => [MetricValue], { description: 'Learning rate of the head.' })
  readonly learningRates!: readonly number[];

  @Field(() => [MetricValue], { description: 'Momentum.' })
  readonly momentums!: readonly number[];

  @Field(() => Int, {
    nullable: true,
    description: 'Set when training starts again: drop everything from this step on, then add.',
  })
  readonly rewoundTo!: number | null;
}

@ObjectType({
  description: 'Points of a learning-rate finder, as columns of equal length.',
  simpleResolvers: true,
})
export class LrFinderPoints {
  @Field(() => Int, { description: 'Phase of the finder.' })
  readonly phase!: number;

  @Field(() => [Int], {
    description: 'Number of each point; the last one is the cursor to go on from.',
  })
  readonly indexes!: readonly number[];

  @Field(() => [MetricValue], { description: 'Rate of each point.' })
  readonly learningRates!: readonly number[];

  @Field(() => [MetricValue], { description: 'Loss of each point.' })
  readonly losses!: readonly number[];

  @Field(() => [MetricValue], { description: 'Smoothed loss of each point.' })
  readonly smoothedLosses!: readonly number[];

  @Field(() => [LrSuggestion], {
    description: 'What the four rules say; only in the last message.',
  })
  readonly suggestions!: readonly LrSuggestion[];

  @Field(() => LrFinderStop, {
    nullable: true,
    description: 'Why it ended; only in the last message.',
  })
  readonly stoppedBecause!: LrFinderStop | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Set when the finder starts again: drop every point from this one on, then add.',
  })
  readonly rewoundTo!: number | null;
}
