import { Field, Float, ID, Int, InterfaceType, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/date-time.js';
import { MetricValue } from '../scalars/metric-value.js';
import { EpochMetrics } from './epoch.type.js';
import { LrFinderStop, PhaseKind, PhaseStatus } from './phase.enums.js';
import { LrSuggestion } from './phase.type.js';
import { RunStatus } from './run.enums.js';
import { RunError } from './run-error.type.js';
import { RunEnvironment } from './run.type.js';

@InterfaceType({
  description: 'One entry of a run’s log.',
  resolveType: (event: { readonly __typename: string }) => event.__typename,
})
export abstract class RunEvent {
  @Field(() => ID, { description: 'The run.' })
  readonly runId!: string;

  @Field(() => Int, {
    description: 'Place in the log, from 0 without gaps: the cursor to go on from.',
  })
  readonly seq!: number;

  @Field(() => Int, { description: 'Attempt that wrote it; 0 before the first.' })
  readonly attempt!: number;

  @Field(() => DateTime, { description: 'When it was written.' })
  readonly at!: number;
}

@ObjectType({
  implements: RunEvent,
  description: 'The state of the run changed.',
  simpleResolvers: true,
})
export class RunStatusChanged extends RunEvent {
  @Field(() => RunStatus, { description: 'What it is now.' })
  readonly status!: RunStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Why, where the status alone does not say it.',
  })
  readonly reason!: string | null;

  @Field(() => RunError, { nullable: true, description: 'What went wrong, if something did.' })
  readonly error!: RunError | null;
}

@ObjectType({ implements: RunEvent, description: 'A trainer took the run.', simpleResolvers: true })
export class AttemptStarted extends RunEvent {
  @Field(() => Int, { description: 'Number of the attempt.' })
  readonly number!: number;

  @Field(() => Int, { description: 'Step of its first batch.' })
  readonly fromStep!: number;

  @Field(() => RunEnvironment, { description: 'Versions and device of the trainer.' })
  readonly environment!: RunEnvironment;
}

@ObjectType({
  implements: RunEvent,
  description: 'What was reported from here on no longer counts: it is computed again.',
  simpleResolvers: true,
})
export class Rewound extends RunEvent {
  @Field(() => Int, { description: 'First step that no longer counts.' })
  readonly toStep!: number;

  @Field(() => Int, { description: 'First epoch that no longer counts.' })
  readonly toEpoch!: number;

  @Field(() => Int, { description: 'First phase that no longer counts.' })
  readonly toPhase!: number;
}

@ObjectType({
  implements: RunEvent,
  description: 'A person’s command took effect.',
  simpleResolvers: true,
})
export class CommandApplied extends RunEvent {
  @Field(() => String, { description: 'The command: `stop`.' })
  readonly command!: string;

  @Field(() => Int, { nullable: true, description: 'Last step before it; null: before the first.' })
  readonly step!: number | null;
}

@ObjectType({
  implements: RunEvent,
  description: 'A file of the run is complete.',
  simpleResolvers: true,
})
export class FileSaved extends RunEvent {
  @Field(() => String, { description: 'What it holds: `best-weights` or `predictions`.' })
  readonly kind!: string;

  @Field(() => Int, { description: 'Epoch it belongs to.' })
  readonly epoch!: number;

  @Field(() => String, { description: 'File name.' })
  readonly file!: string;

  @Field(() => String, { description: 'SHA-256 of its bytes, hex.' })
  readonly sha256!: string;

  @Field(() => Float, { description: 'Size.' })
  readonly bytes!: number;
}

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
