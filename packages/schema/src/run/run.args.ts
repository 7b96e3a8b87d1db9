import { ArgsType, Field, Float, ID, Int } from 'type-graphql';
import { PageArgs } from '../paging/page.args.js';
import { RunFilter, RunOrder } from './start-run.input.js';

@ArgsType()
export class RunsArgs extends PageArgs {
  @Field(() => RunFilter, { nullable: true, description: 'Which runs; all if left out.' })
  readonly filter?: RunFilter | null;

  @Field(() => RunOrder, {
    nullable: true,
    description: 'In which order; the newest first if left out.',
  })
  readonly orderBy?: RunOrder | null;
}

@ArgsType()
export class SeriesArgs {
  @Field(() => String, { description: 'Such as `loss`; see `seriesNames`.' })
  readonly name!: string;

  @Field(() => Int, { nullable: true, description: 'Of this phase alone.' })
  readonly phase?: number | null;

  @Field(() => Int, { nullable: true, description: 'First step.' })
  readonly from?: number | null;

  @Field(() => Int, { nullable: true, description: 'Last step.' })
  readonly to?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 1000,
    description: 'Most buckets, 1 to 100000.',
  })
  readonly maxPoints?: number | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: 0,
    description:
      'Weight of the moving average (TensorBoard’s), 0 to below 1. It is computed on all points, before they are reduced.',
  })
  readonly smoothing?: number | null;
}

@ArgsType()
export class TopLossesArgs {
  @Field(() => Int, { nullable: true, defaultValue: 9, description: 'How many, 1 to 500.' })
  readonly first?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'After this epoch; the last one that was judged if left out.',
  })
  readonly epoch?: number | null;
}

@ArgsType()
export class MostConfusedArgs {
  @Field(() => Int, { nullable: true, defaultValue: 1, description: 'Fewest items of a pair.' })
  readonly minCount?: number | null;

  @Field(() => Int, { nullable: true, defaultValue: 20, description: 'How many, 1 to 500.' })
  readonly first?: number | null;
}

@ArgsType()
export class CellArgs {
  @Field(() => String, { description: 'Label.' })
  readonly actual!: string;

  @Field(() => String, { description: 'What the model said.' })
  readonly predicted!: string;

  @Field(() => Int, { nullable: true, defaultValue: 25, description: 'How many, 1 to 100.' })
  readonly first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor to begin after.' })
  readonly after?: string | null;
}

@ArgsType()
export class RunEventsArgs {
  @Field(() => ID, { description: 'Id of the run.' })
  readonly runId!: string;

  @Field(() => Int, {
    nullable: true,
    description: '`seq` of the last event that you have; from the first on if left out.',
  })
  readonly after?: number | null;
}

@ArgsType()
export class BatchMetricsArgs {
  @Field(() => ID, { description: 'Id of the run.' })
  readonly runId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Last step that you have; from the first on if left out.',
  })
  readonly afterStep?: number | null;
}

@ArgsType()
export class LrFinderPointsArgs {
  @Field(() => ID, { description: 'Id of the run.' })
  readonly runId!: string;

  @Field(() => Int, { nullable: true, description: 'Phase of the finder; the first if left out.' })
  readonly phase?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Index of the last point that you have; from the first on if left out.',
  })
  readonly after?: number | null;
}
