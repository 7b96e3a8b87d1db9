import { Field, Float, Int, ObjectType } from 'type-graphql';
import { MetricValue } from '../scalars/metric-value.js';

@ObjectType({ description: 'A number that a model was judged by.' })
export class Metric {
  @Field(() => String, { description: 'Name, as in `Run.seriesNames`.' })
  readonly name!: string;

  @Field(() => MetricValue, { description: 'Value on the valid split.' })
  readonly value!: number;

  @Field(() => Boolean, { description: 'Which way is better.' })
  readonly higherIsBetter!: boolean;
}

@ObjectType({ description: 'What a model was judged by after an epoch.' })
export class EpochMetrics {
  @Field(() => MetricValue, { nullable: true, description: 'Share of wrong predictions.' })
  readonly errorRate!: number | null;

  @Field(() => MetricValue, { nullable: true, description: 'Share of right predictions.' })
  readonly accuracy!: number | null;

  @Field(() => [Metric], { description: 'All of them.' })
  readonly all!: readonly Metric[];
}

@ObjectType({ description: 'One pass over the train split, judged on the valid split.' })
export class Epoch {
  @Field(() => Int, { description: 'Number, from 0 over all fits of the run.' })
  readonly epoch!: number;

  @Field(() => Int, { description: 'Phase it belongs to.' })
  readonly phase!: number;

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

  @Field(() => Boolean, {
    description: 'Whether it is the best epoch so far; its weights are kept.',
  })
  readonly best!: boolean;
}
