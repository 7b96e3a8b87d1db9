import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/date-time.js';
import { PhaseKind } from './phase.enums.js';

@ObjectType({ description: 'How far a run has come and how long it will take.' })
export class Progress {
  @Field(() => Int, { nullable: true, description: 'Phase under way; null before the first.' })
  readonly phase!: number | null;

  @Field(() => PhaseKind, { nullable: true, description: 'What that phase does.' })
  readonly phaseKind!: PhaseKind | null;

  @Field(() => Int, { description: 'Phases of the run.' })
  readonly phaseCount!: number;

  @Field(() => Int, { nullable: true, description: 'Train batches done, over all fits.' })
  readonly step!: number | null;

  @Field(() => Int, { description: 'Train batches planned, over all fits.' })
  readonly totalSteps!: number;

  @Field(() => Int, { nullable: true, description: 'Epochs done, over all fits.' })
  readonly epoch!: number | null;

  @Field(() => Int, { description: 'Epochs planned, over all fits.' })
  readonly totalEpochs!: number;

  @Field(() => Float, { description: 'Work done, 0 to 1; finders and validation count too.' })
  readonly fraction!: number;

  @Field(() => Float, { nullable: true, description: 'Images trained a second, of late.' })
  readonly imagesPerSecond!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Time to go; null while it is not known or nothing trains.',
  })
  readonly secondsLeft!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it will be done, as far as is known.',
  })
  readonly eta!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Images that every figure of the run rests on.',
  })
  readonly validItems!: number | null;
}
