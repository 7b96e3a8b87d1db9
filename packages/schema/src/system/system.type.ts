import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/date-time.js';

@ObjectType({ description: 'What runs here: versions, engine, device, store and queue in use.' })
export class System {
  @Field(() => String, { description: 'Version of Whetstone.' })
  readonly version!: string;

  @Field(() => String, { description: 'Version of Node.js.' })
  readonly node!: string;

  @Field(() => String, { description: 'Operating system and processor architecture.' })
  readonly platform!: string;

  @Field(() => Int, { description: 'Processors that the program may use.' })
  readonly cpus!: number;

  @Field(() => Float, { description: 'Memory of the machine, in bytes.' })
  readonly memoryBytes!: number;

  @Field(() => String, {
    description: 'Device that trains. Not known before the first run has started: "unknown".',
  })
  readonly device!: string;

  @Field(() => String, { description: 'Engine that trains.' })
  readonly engine!: string;

  @Field(() => Boolean, { description: 'Whether the native engine is installed.' })
  readonly engineReady!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Version of TensorFlow; null before the first run has started.',
  })
  readonly tensorflow!: string | null;

  @Field(() => String, { description: 'Kind of store in use.' })
  readonly store!: string;

  @Field(() => String, { description: 'Kind of queue in use.' })
  readonly queue!: string;

  @Field(() => String, { description: 'Folder that holds everything the program keeps.' })
  readonly dataDir!: string;

  @Field(() => [String], { description: 'Folders from which datasets may be imported.' })
  readonly dataRoots!: readonly string[];

  @Field(() => DateTime, { description: 'When this server started.' })
  readonly startedAt!: number;

  @Field(() => Boolean, { description: 'Whether the asker may only read.' })
  readonly readOnly!: boolean;
}
