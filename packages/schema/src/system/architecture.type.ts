import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';

/** Values are the engine's own words. */
export const WeightsStatus = {
  CACHED: 'cached',
  DOWNLOADABLE: 'downloadable',
  UNAVAILABLE: 'unavailable',
} as const;
export type WeightsStatus = (typeof WeightsStatus)[keyof typeof WeightsStatus];

registerEnumType(WeightsStatus, {
  name: 'WeightsStatus',
  description: 'Where the pretrained weights of a network are.',
  valuesConfig: {
    CACHED: { description: 'On this machine.' },
    DOWNLOADABLE: { description: 'On a hub: the first run that wants them fetches them.' },
    UNAVAILABLE: { description: 'Out of reach: `weightsNote` says why.' },
  },
});

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

  @Field(() => WeightsStatus, { description: 'Where its pretrained weights are.' })
  readonly weightsStatus!: WeightsStatus;

  @Field(() => String, { description: 'The same in a sentence.' })
  readonly weightsNote!: string;

  @Field(() => String, { description: 'Licence of the pretrained weights.' })
  readonly licence!: string;

  @Field(() => String, { description: 'What it is good for.' })
  readonly description!: string;
}
