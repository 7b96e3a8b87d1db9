import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/date-time.js';
import { MetricValue } from '../scalars/metric-value.js';
import { EpochMetrics } from './epoch.type.js';
import { LrFinderStop, PhaseKind, PhaseStatus } from './phase.enums.js';
import { LrSuggestion } from './phase.type.js';
import { RunEvent } from './run-event.type.js';

@ObjectType({ implements: RunEvent, description: 'A phase began.', simpleResolvers: true })
export class PhaseStarted extends RunEvent {
  @Field(() => Int, { description: 'Place of the phase in the run, from 0.' })
  readonly phase!: number;

  @Field(() => PhaseKind, { description: 'What it does.' })
  readonly kind!: PhaseKind;

  @Field(() => Int, { description: 'Step of its first batch.' })
  readonly firstStep!: number;

  @Field(() => Int, { description: 'Its first epoch.' })
  readonly firstEpoch!: number;

  @Field(() => Int, { description: 'Epochs that it trains.' })
  readonly epochs!: number;

  @Field(() => Int, { description: 'Batches of one epoch, or points of a finder.' })
  readonly batches!: number;

  @Field(() => Int, { description: 'Layer groups that learn, counted from the head.' })
  readonly trainableGroups!: number;

  @Field(() => Int, { description: 'Layer groups of the network.' })
  readonly layerGroups!: number;
}

@ObjectType({ implements: RunEvent, description: 'A phase ended.', simpleResolvers: true })
export class PhaseEnded extends RunEvent {
  @Field(() => Int, { description: 'Place of the phase in the run, from 0.' })
  readonly phase!: number;

  @Field(() => PhaseStatus, { description: 'How it ended.' })
  readonly status!: PhaseStatus;

  @Field(() => Float, { description: 'How long it took.' })
  readonly seconds!: number;
}

@ObjectType({
  implements: RunEvent,
  description: 'Train batches finished; columns.',
  simpleResolvers: true,
})
export class BatchesTrained extends RunEvent {
  @Field(() => Int, { description: 'Phase they belong to.' })
  readonly phase!: number;

  @Field(() => [Int], { description: 'Step of each batch.' })
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

  @Field(() => [[MetricValue]], {
    description: 'Learning rates, one column a layer group, input side first.',
  })
  readonly groupLearningRates!: readonly (readonly number[])[];
}

@ObjectType({
  implements: RunEvent,
  description: 'A learning-rate finder went on; columns.',
  simpleResolvers: true,
})
export class LrFinderAdvanced extends RunEvent {
  @Field(() => Int, { description: 'Phase of the finder.' })
  readonly phase!: number;

  @Field(() => [Int], { description: 'Number of each point, from 0.' })
  readonly indexes!: readonly number[];

  @Field(() => [MetricValue], { description: 'Rate of each point.' })
  readonly learningRates!: readonly number[];

  @Field(() => [MetricValue], { description: 'Loss of each point.' })
  readonly losses!: readonly number[];

  @Field(() => [MetricValue], { description: 'Smoothed loss of each point.' })
  readonly smoothedLosses!: readonly number[];
}

@ObjectType({
  implements: RunEvent,
  description: 'A learning-rate finder ended.',
  simpleResolvers: true,
})
export class LrFinderEnded extends RunEvent {
  @Field(() => Int, { description: 'Phase of the finder.' })
  readonly phase!: number;

  @Field(() => LrFinderStop, { description: 'Why it ended.' })
  readonly stoppedBecause!: LrFinderStop;

  @Field(() => [LrSuggestion], { description: 'What the four rules say.' })
  readonly suggestions!: readonly LrSuggestion[];
}

@ObjectType({
  implements: RunEvent,
  description: 'A fit was changed under way, before a batch.',
  simpleResolvers: true,
})
export class FitAdjusted extends RunEvent {
  @Field(() => Int, { description: 'Phase it belongs to.' })
  readonly phase!: number;

  @Field(() => Int, { description: 'First step of which it holds.' })
  readonly step!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'What the schedule’s rates are multiplied by; null: as before.',
  })
  readonly learningRateFactor!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Epochs that the fit has in all; null: as before.',
  })
  readonly epochs!: number | null;
}

@ObjectType({
  implements: RunEvent,
  description: 'An epoch was trained and judged.',
  simpleResolvers: true,
})
export class EpochEnded extends RunEvent {
  @Field(() => Int, { description: 'Phase it belongs to.' })
  readonly phase!: number;

  @Field(() => Int, { description: 'Number of the epoch, from 0 over all fits.' })
  readonly epoch!: number;

  @Field(() => Int, { description: 'Its last step.' })
  readonly step!: number;

  @Field(() => MetricValue, { description: 'Smoothed train loss at its end.' })
  readonly trainLoss!: number;

  @Field(() => MetricValue, { description: 'Mean loss on the valid split.' })
  readonly validLoss!: number;

  @Field(() => Float, { description: 'Time for training and validation together.' })
  readonly seconds!: number;

  @Field(() => EpochMetrics, { description: 'What the model was judged by.' })
  readonly metrics!: EpochMetrics;
}
