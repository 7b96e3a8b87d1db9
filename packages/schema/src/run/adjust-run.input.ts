import { Field, Float, InputType, Int } from 'type-graphql';

@InputType({ description: 'What to change of the fit at hand. One field at least is given.' })
export class AdjustRunInput {
  @Field(() => Float, {
    nullable: true,
    description:
      'What the planned learning rates are multiplied by from here on, above 0 and up to 1000; 1 is the plan itself.',
  })
  readonly learningRateFactor?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Epochs still to train, the one at hand included, 1 to 1000. What is left of the schedule is spread over them.',
  })
  readonly epochsToGo?: number | null;
}
