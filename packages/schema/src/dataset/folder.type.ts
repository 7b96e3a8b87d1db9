import { Field, Int, ObjectType } from 'type-graphql';
import { ClassCount, Problem } from './dataset.type.js';

@ObjectType({ description: 'A folder on the server.' })
export class Folder {
  @Field(() => String, { description: 'Absolute path.' })
  readonly path!: string;

  @Field(() => String, { description: 'Last part of the path.' })
  readonly name!: string;

  @Field(() => Int, { description: 'Images in it and below; counting ends at a few thousand.' })
  readonly imageCount!: number;

  @Field(() => Int, { description: 'Folders directly in it.' })
  readonly folderCount!: number;
}

@ObjectType({ description: 'What importing a folder would give.' })
export class FolderPreview {
  @Field(() => String, { description: 'Absolute path.' })
  readonly path!: string;

  @Field(() => Int, { description: 'Images in it and below.' })
  readonly imageCount!: number;

  @Field(() => [ClassCount], { description: 'Classes that its folders stand for, by name.' })
  readonly classes!: readonly ClassCount[];

  @Field(() => [Problem], { description: 'What would stand in the way, or look wrong.' })
  readonly problems!: readonly Problem[];
}
