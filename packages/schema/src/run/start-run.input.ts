import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { PhaseInput } from './phase.input.js';
import {
  FrozenBody,
  OrderDirection,
  Recipe,
  RunOrderField,
  RunStatus,
  SuggestionMethod,
} from './run.enums.js';

@InputType({ description: 'A run to start. Only the dataset is needed.' })
export class StartRunInput {
  @Field(() => ID, { description: 'Dataset to train on. It must be READY.' })
  readonly datasetId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Version of the dataset; the newest if left out.',
  })
  readonly version?: number | null;

  @Field(() => String, { nullable: true, description: 'Name for people; made up if left out.' })
  readonly name?: string | null;

  @Field(() => [String], { nullable: true, description: 'Words to find the run by.' })
  readonly tags?: readonly string[] | null;

  @Field(() => Recipe, {
    nullable: true,
    description:
      'FINE_TUNE when neither this nor `phases` is given; both is an error. With `from`, HEAD, FINE_TUNE and CHAPTER_FIVE freeze the body first, and so forget what the optimizer remembers; LR_FIND takes the checkpoint as it is.',
  })
  readonly recipe?: Recipe | null;

  @Field(() => [PhaseInput], {
    nullable: true,
    description:
      'Own phases instead of a recipe. They begin frozen up to the head, or, with `from`, as far unfrozen as the checkpoint. With these, `epochs`, `frozenEpochs`, `learningRate` and `learningRateFrom` are errors.',
  })
  readonly phases?: readonly PhaseInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Network to fine-tune; `tf_efficientnet_lite0` if left out.',
  })
  readonly architecture?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Side of the training images in pixels, 32 to 1024; the architecture’s own if left out.',
  })
  readonly imageSize?: number | null;

  @Field(() => Int, { nullable: true, description: 'Images a batch, 1 to 1024; 32 if left out.' })
  readonly batchSize?: number | null;

  @Field(() => Int, { nullable: true, description: 'Epochs of the recipe’s last fit, 1 to 1000.' })
  readonly epochs?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Epochs of the recipe’s fit of the head alone, 0 to 1000.',
  })
  readonly frozenEpochs?: number | null;

  @Field(() => Float, { nullable: true, description: 'Peak learning rate of the recipe.' })
  readonly learningRate?: number | null;

  @Field(() => SuggestionMethod, {
    nullable: true,
    description: 'Puts a learning-rate finder first and takes what this rule suggests.',
  })
  readonly learningRateFrom?: SuggestionMethod | null;

  @Field(() => FrozenBody, {
    nullable: true,
    description: 'What the body does while frozen; CACHED if left out.',
  })
  readonly frozenBody?: FrozenBody | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Makes a split for this run only, 0.01 to 0.9; the version’s own split if left out. With `from` on the same dataset, the split stays: another one would judge by images that were trained on.',
  })
  readonly validShare?: number | null;

  @Field(() => Int, { nullable: true, description: 'Seed of everything random; 42 if left out.' })
  readonly seed?: number | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Checkpoint of another run (`Run.checkpoints`): the run begins with its weights and running statistics, as far unfrozen, with what its optimizer remembers, at step and epoch 0. The checkpoint is copied: the other run may be deleted. The dataset needs the same classes. `version` (on the same dataset), `architecture` (no other one is possible), `imageSize`, `batchSize`, `frozenBody`, `validShare` and `seed` are the other run’s where they are left out; pretrained weights if this is left out.',
  })
  readonly from?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Chosen by the client. The same key with the same input gives the same run; with another input, CONFLICT.',
  })
  readonly clientKey?: string | null;
}

@InputType({ description: 'Which runs to list.' })
export class RunFilter {
  @Field(() => [RunStatus], { nullable: true, description: 'With one of these statuses.' })
  readonly status?: readonly RunStatus[] | null;

  @Field(() => ID, { nullable: true, description: 'On this dataset.' })
  readonly datasetId?: string | null;

  @Field(() => String, { nullable: true, description: 'With this text in the name or as a tag.' })
  readonly text?: string | null;
}

@InputType({ description: 'How to order runs.' })
export class RunOrder {
  @Field(() => RunOrderField, { description: 'By what.' })
  readonly field!: RunOrderField;

  @Field(() => OrderDirection, { description: 'Which end first.' })
  readonly direction!: OrderDirection;
}
