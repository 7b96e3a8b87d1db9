import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A network that can be fine-tuned.' })
export class Architecture {
  @Field(() => String, { description: 'Name to start a run with (timm’s).' })
  readonly name!: string;

  @Field(() => String, { description: 'Name for people.' })
  readonly title!: string;

  @Field(() => Int, {
    description: 'Trained numbers in the network, its ImageNet classifier included.',
  })
  readonly parameters!: number;

  @Field(() => Int, { description: 'Side of the images that it was trained on, in pixels.' })
  readonly imageSize!: number;

  @Field(() => Boolean, { description: 'Whether its pretrained weights are on this machine.' })
  readonly weightsAvailable!: boolean;

  @Field(() => String, { description: 'Licence of the pretrained weights.' })
  readonly licence!: string;

  @Field(() => String, { description: 'What it is good for.' })
  readonly description!: string;
}
