import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Node } from '../node.type.js';
import { PageInfo } from '../paging/page-info.type.js';
import { DateTime } from '../scalars/date-time.js';
import { FrozenBody, Recipe } from './run.enums.js';

@ObjectType({ description: 'What a run was started with, defaults filled in.' })
export class RunConfig {
  @Field(() => Recipe, {
    nullable: true,
    description: 'Recipe; null where it has phases of its own.',
  })
  readonly recipe!: Recipe | null;

  @Field(() => String, { description: 'Network that is fine-tuned.' })
  readonly architecture!: string;

  @Field(() => Int, { description: 'Side of the training images, in pixels.' })
  readonly imageSize!: number;

  @Field(() => Int, { description: 'Images a batch.' })
  readonly batchSize!: number;

  @Field(() => Int, { description: 'Seed of everything random.' })
  readonly seed!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of a split made for this run; null where it uses the version’s own.',
  })
  readonly validShare!: number | null;

  @Field(() => FrozenBody, { description: 'What the body does while frozen.' })
  readonly frozenBody!: FrozenBody;

  @Field(() => Float, {
    nullable: true,
    description:
      'Peak rate of the head in its first fit, as it was given; null where a finder suggests it, or without a fit.',
  })
  readonly learningRate!: number | null;

  @Field(() => Float, { description: 'Weight decay of its first fit.' })
  readonly weightDecay!: number;
}

@ObjectType({ description: 'Versions and device of the process that trains.' })
export class RunEnvironment {
  @Field(() => String, { description: 'Engine.' })
  readonly engine!: string;

  @Field(() => String, { description: 'Version of TensorFlow.' })
  readonly tensorflow!: string;

  @Field(() => String, { description: 'Device.' })
  readonly device!: string;

  @Field(() => String, { description: 'Version of Node.js.' })
  readonly node!: string;

  @Field(() => String, { description: 'Operating system and processor architecture.' })
  readonly platform!: string;

  @Field(() => Int, { description: 'Processors.' })
  readonly cpus!: number;

  @Field(() => String, { description: 'Version of Whetstone.' })
  readonly whetstone!: string;
}

@ObjectType({ description: 'One trainer process that worked on a run.' })
export class Attempt {
  @Field(() => Int, { description: 'Number, growing.' })
  readonly number!: number;

  @Field(() => DateTime, { description: 'When it began.' })
  readonly startedAt!: number;

  @Field(() => Int, { description: 'Step of its first batch.' })
  readonly fromStep!: number;
}

@ObjectType({ description: 'A file that a run left.' })
export class Artifact {
  @Field(() => String, { description: 'File name.' })
  readonly name!: string;

  @Field(() => String, { description: 'What it holds: `best-weights` or `predictions`.' })
  readonly kind!: string;

  @Field(() => String, { description: 'Where to get it, relative to this server.' })
  readonly url!: string;

  @Field(() => Float, { description: 'Size.' })
  readonly bytes!: number;

  @Field(() => String, { description: 'SHA-256 of its bytes, hex.' })
  readonly sha256!: string;

  @Field(() => Int, { nullable: true, description: 'Epoch it belongs to.' })
  readonly epoch!: number | null;
}

@ObjectType({
  implements: Node,
  description: 'A list of phases on one version of a dataset with one network.',
})
export class Run extends Node {
  @Field(() => String, { description: 'Name for people.' })
  readonly name!: string;

  @Field(() => [String], { description: 'Words to find it by.' })
  readonly tags!: readonly string[];

  @Field(() => String, { description: 'What people noted about it.' })
  readonly notes!: string;

  @Field(() => Boolean, { description: 'Whether somebody marked it with a star.' })
  readonly starred!: boolean;

  @Field(() => Boolean, { description: 'Whether the program started it by itself.' })
  readonly demo!: boolean;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  readonly createdAt!: number;

  @Field(() => Int, { description: 'Version of the dataset it trains on.' })
  readonly datasetVersion!: number;

  @Field(() => String, { description: 'Network that is fine-tuned.' })
  readonly architecture!: string;
}

@ObjectType({ description: 'A run and its place in a list.' })
export class RunEdge {
  @Field(() => String, { description: 'Place in the list, to go on from.' })
  readonly cursor!: string;

  @Field(() => Run, { description: 'The run.' })
  readonly node!: Run;
}

@ObjectType({ description: 'A page of runs.' })
export class RunConnection {
  @Field(() => [RunEdge], { description: 'The runs of this page.' })
  readonly edges!: readonly RunEdge[];

  @Field(() => PageInfo, { description: 'Where the page lies.' })
  readonly pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Runs in the whole list.' })
  readonly totalCount!: number;
}

@ObjectType({ description: 'The run that was queued.' })
export class StartRunPayload {
  @Field(() => Run, { description: 'The run.' })
  readonly run!: Run;
}

@ObjectType({ description: 'What was deleted.' })
export class DeletePayload {
  @Field(() => ID, { description: 'Its id.' })
  readonly id!: string;
}

@ObjectType({ description: 'The run that was changed.' })
export class RunPayload {
  @Field(() => Run, { description: 'The run.' })
  readonly run!: Run;
}
