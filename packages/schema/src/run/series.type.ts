import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/date-time.js';
import { MetricValue } from '../scalars/metric-value.js';

@ObjectType({
  description:
    'One quantity over steps, as columns with one entry a bucket. A bucket covers `bucketSize` steps and starts at a multiple of it, so buckets never move as the series grows.',
  simpleResolvers: true,
})
export class Series {
  @Field(() => [Int], { description: 'First step of each bucket.' })
  readonly steps!: readonly number[];

  @Field(() => [Int], { description: 'Epoch of that step.' })
  readonly epochs!: readonly number[];

  @Field(() => [DateTime], { description: 'When that step ended.' })
  readonly times!: readonly number[];

  @Field(() => [MetricValue], { description: 'Lowest finite value; NaN where there is none.' })
  readonly min!: readonly number[];

  @Field(() => [MetricValue], { description: 'Highest finite value; NaN where there is none.' })
  readonly max!: readonly number[];

  @Field(() => [MetricValue], {
    description: 'Mean of the finite values; NaN where there is none.',
  })
  readonly mean!: readonly number[];

  @Field(() => [MetricValue], {
    description: 'Last finite value; what the last value was where there is none.',
  })
  readonly last!: readonly number[];

  @Field(() => [Int], { description: 'Finite values in each bucket.' })
  readonly counts!: readonly number[];

  @Field(() => [Int], { description: 'Values in each bucket that are NaN or infinite.' })
  readonly nonFinite!: readonly number[];

  @Field(() => Int, { description: 'Steps a bucket covers: a power of two.' })
  readonly bucketSize!: number;

  @Field(() => Boolean, { description: 'Whether buckets hold more than one step.' })
  readonly reduced!: boolean;
}
