import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/date-time.js';

@ObjectType({ description: 'A moment of a run that another run can begin with.' })
export class Checkpoint {
  @Field(() => ID, { description: 'What `StartRunInput.from` takes.' })
  readonly id!: string;

  @Field(() => Int, { description: 'Phase that was at hand, or comes next.' })
  readonly phase!: number;

  @Field(() => Int, { description: 'Epochs that were done.' })
  readonly epoch!: number;

  @Field(() => Int, { description: 'Steps that were done.' })
  readonly step!: number;

  @Field(() => Boolean, {
    description:
      'Whether a fit had just ended. Such a checkpoint is kept as long as its run; others while they are among the newest two.',
  })
  readonly endsFit!: boolean;

  @Field(() => Float, { description: 'Size.' })
  readonly bytes!: number;

  @Field(() => DateTime, { description: 'When it was written.' })
  readonly createdAt!: number;
}

@ObjectType({
  description: 'A checkpoint that a run began with, and where it lay in the run that wrote it.',
})
export class CheckpointPlace {
  @Field(() => ID, { description: 'The run that wrote it; it may have been deleted.' })
  readonly runId!: string;

  @Field(() => ID, { description: 'The checkpoint; it may be gone.' })
  readonly checkpoint!: string;

  @Field(() => Int, { description: 'Phase that was at hand, or came next.' })
  readonly phase!: number;

  @Field(() => Int, { description: 'Epochs that were done.' })
  readonly epoch!: number;

  @Field(() => Int, { description: 'Steps that were done.' })
  readonly step!: number;
}
