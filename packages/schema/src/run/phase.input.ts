import { Field, Float, InputType, Int } from 'type-graphql';
import { Split } from '../dataset/dataset.enums.js';
import { ScheduleName, SuggestionMethod } from './run.enums.js';

@InputType({ description: 'The learning-rate range test (Smith, 2015).' })
export class LrFindInput {
  @Field(() => Float, { nullable: true, defaultValue: 1e-7, description: 'First rate.' })
  readonly startLr?: number | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: 10,
    description: 'Rate that is approached and never used.',
  })
  readonly endLr?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 100,
    description: 'Batches to try, 1 to 1000.',
  })
  readonly steps?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'Ends early once the smoothed loss is four times its lowest.',
  })
  readonly stopOnDivergence?: boolean | null;
}

@InputType({ description: 'Rates from the first layer group to the head, in equal ratios.' })
export class LearningRateRangeInput {
  @Field(() => Float, { description: 'Rate of the first layer group.' })
  readonly min!: number;

  @Field(() => Float, { description: 'Rate of the head.' })
  readonly max!: number;
}

@InputType({
  description:
    'Training. The rate is one of `learningRate`, `learningRateRange` and `suggestion`; `learningRate` may also stand beside `suggestion`, for the case that there is none.',
})
export class FitInput {
  @Field(() => Int, { description: 'Passes over the train split, 1 to 1000.' })
  readonly epochs!: number;

  @Field(() => Float, { nullable: true, description: 'Peak rate of every layer group.' })
  readonly learningRate?: number | null;

  @Field(() => LearningRateRangeInput, {
    nullable: true,
    description: 'Peak rates that grow towards the head.',
  })
  readonly learningRateRange?: LearningRateRangeInput | null;

  @Field(() => SuggestionMethod, {
    nullable: true,
    description:
      'Takes the rate that the last finder of the run suggests by this rule. Where it suggests none, `learningRate` is taken; without that the run fails with NO_SUGGESTION.',
  })
  readonly suggestion?: SuggestionMethod | null;

  @Field(() => ScheduleName, {
    nullable: true,
    defaultValue: ScheduleName.ONE_CYCLE,
    description: 'How the rate changes over the fit.',
  })
  readonly schedule?: ScheduleName | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: 0.01,
    description: 'Weight decay, 0 to 1.',
  })
  readonly weightDecay?: number | null;
}

@InputType({ description: 'Stops learning in the first layer groups.' })
export class FreezeInput {
  @Field(() => Int, {
    nullable: true,
    defaultValue: -1,
    description:
      'First layer group that still learns; negative counts from the end, -1 is the head.',
  })
  readonly upTo?: number | null;
}

@InputType({ description: 'Resumes learning in frozen layer groups.' })
export class UnfreezeInput {
  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: 'First layer group that learns; 0 is everything.',
  })
  readonly from?: number | null;
}

@InputType({ description: 'Judges the model.' })
export class EvaluateInput {
  @Field(() => Split, {
    nullable: true,
    defaultValue: Split.VALID,
    description: 'Items to judge by: the valid split.',
  })
  readonly split?: Split | null;
}

@InputType({ description: 'One phase of a run. Exactly one field is given.' })
export class PhaseInput {
  @Field(() => LrFindInput, { nullable: true, description: 'Finds a learning rate.' })
  readonly lrFind?: LrFindInput | null;

  @Field(() => FitInput, { nullable: true, description: 'Trains.' })
  readonly fit?: FitInput | null;

  @Field(() => FreezeInput, { nullable: true, description: 'Freezes layer groups.' })
  readonly freeze?: FreezeInput | null;

  @Field(() => UnfreezeInput, { nullable: true, description: 'Unfreezes layer groups.' })
  readonly unfreeze?: UnfreezeInput | null;

  @Field(() => EvaluateInput, { nullable: true, description: 'Judges the model.' })
  readonly evaluate?: EvaluateInput | null;
}
