import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Node } from '../node.type.js';
import { RunError } from '../run/run-error.type.js';
import { DateTime } from '../scalars/date-time.js';
import { DatasetStatus } from './dataset.enums.js';

@ObjectType({ description: 'A class of a dataset and how many items have it.' })
export class ClassCount {
  @Field(() => String, { description: 'Name of the class.' })
  readonly label!: string;

  @Field(() => Int, { description: 'Items with this label, on both sides of the split.' })
  readonly count!: number;

  @Field(() => Int, { description: 'Those of them that the model is judged by.' })
  readonly validCount!: number;
}

@ObjectType({ description: 'An immutable list of items with labels and split.' })
export class DatasetVersion {
  @Field(() => Int, { description: 'Number, from 1.' })
  readonly version!: number;

  @Field(() => DateTime, { description: 'When it was written.' })
  readonly createdAt!: number;

  @Field(() => Int, { description: 'Items in it.' })
  readonly itemCount!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Share set aside to judge by; null where folders make the split.',
  })
  readonly validShare!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Seed of the random split; null where folders make the split.',
  })
  readonly seed!: number | null;
}

@ObjectType({ description: 'How far an import has come.' })
export class ImportProgress {
  @Field(() => Int, { description: 'Files done.' })
  readonly done!: number;

  @Field(() => Int, { nullable: true, description: 'Files in all; null while they are counted.' })
  readonly total!: number | null;

  @Field(() => Float, { nullable: true, description: 'Done of total, 0 to 1.' })
  readonly fraction!: number | null;

  @Field(() => Float, { nullable: true, description: 'Images read a second.' })
  readonly imagesPerSecond!: number | null;
}

@ObjectType({ description: 'Something about a dataset that a person should look at.' })
export class Problem {
  @Field(() => String, { description: 'File or folder it is about, below the dataset’s folder.' })
  readonly path!: string;

  @Field(() => String, { description: 'Kind of problem, for programs.' })
  readonly code!: string;

  @Field(() => String, { description: 'What is wrong and what can be done.' })
  readonly message!: string;
}

@ObjectType({ implements: Node, description: 'Labelled images, in versions that never change.' })
export class Dataset extends Node {
  @Field(() => String, { description: 'Name for people.' })
  readonly name!: string;

  @Field(() => DatasetStatus, { description: 'How far it has come.' })
  readonly status!: DatasetStatus;

  @Field(() => RunError, { nullable: true, description: 'Why it could not be imported.' })
  readonly error!: RunError | null;

  @Field(() => Boolean, { description: 'Whether it came with the program.' })
  readonly demo!: boolean;

  @Field(() => Int, { description: 'Newest version; 0 while there is none.' })
  readonly version!: number;

  @Field(() => String, { description: 'Folder it was imported from.' })
  readonly path!: string;

  @Field(() => Int, { description: 'Items of the newest version.' })
  readonly itemCount!: number;

  @Field(() => Int, { description: 'Those of them that models learn from.' })
  readonly trainCount!: number;

  @Field(() => Int, { description: 'Those of them that models are judged by.' })
  readonly validCount!: number;

  @Field(() => [ClassCount], { description: 'Classes of the newest version, by name.' })
  readonly classes!: readonly ClassCount[];

  @Field(() => DateTime, { description: 'When its import was asked for.' })
  readonly createdAt!: number;

  @Field(() => ImportProgress, { nullable: true, description: 'Progress while it is imported.' })
  readonly progress!: ImportProgress | null;

  @Field(() => [Problem], { description: 'What was left out or looks wrong.' })
  readonly problems!: readonly Problem[];
}
