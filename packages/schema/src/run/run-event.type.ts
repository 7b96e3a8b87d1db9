import { Field, Float, ID, Int, InterfaceType, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/date-time.js';
import { RunStatus } from './run.enums.js';
import { RunError } from './run-error.type.js';
import { RunEnvironment } from './run.type.js';

@InterfaceType({
  description: 'One entry of a run’s log.',
  resolveType: (event: { readonly __typename: string }) => event.__typename,
})
export abstract class RunEvent {
  @Field(() => ID, { description: 'The run.' })
  readonly runId!: string;

  @Field(() => Int, {
    description: 'Place in the log, from 0 without gaps: the cursor to go on from.',
  })
  readonly seq!: number;

  @Field(() => Int, { description: 'Attempt that wrote it; 0 before the first.' })
  readonly attempt!: number;

  @Field(() => DateTime, { description: 'When it was written.' })
  readonly at!: number;
}

@ObjectType({
  implements: RunEvent,
  description: 'The state of the run changed.',
  simpleResolvers: true,
})
export class RunStatusChanged extends RunEvent {
  @Field(() => RunStatus, { description: 'What it is now.' })
  readonly status!: RunStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Why, where the status alone does not say it.',
  })
  readonly reason!: string | null;

  @Field(() => RunError, { nullable: true, description: 'What went wrong, if something did.' })
  readonly error!: RunError | null;
}

@ObjectType({ implements: RunEvent, description: 'A trainer took the run.', simpleResolvers: true })
export class AttemptStarted extends RunEvent {
  @Field(() => Int, { description: 'Number of the attempt.' })
  readonly number!: number;

  @Field(() => Int, { description: 'Step of its first batch.' })
  readonly fromStep!: number;

  @Field(() => RunEnvironment, { description: 'Versions and device of the trainer.' })
  readonly environment!: RunEnvironment;
}

@ObjectType({
  implements: RunEvent,
  description: 'What was reported from here on no longer counts: it is computed again.',
  simpleResolvers: true,
})
export class Rewound extends RunEvent {
  @Field(() => Int, { description: 'First step that no longer counts.' })
  readonly toStep!: number;

  @Field(() => Int, { description: 'First epoch that no longer counts.' })
  readonly toEpoch!: number;

  @Field(() => Int, { description: 'First phase that no longer counts.' })
  readonly toPhase!: number;
}

@ObjectType({
  implements: RunEvent,
  description: 'A person’s command took effect.',
  simpleResolvers: true,
})
export class CommandApplied extends RunEvent {
  @Field(() => String, { description: 'The command: `stop`, `pause` or `adjust`.' })
  readonly command!: string;

  @Field(() => Int, { nullable: true, description: 'Last step before it; null: before the first.' })
  readonly step!: number | null;
}

@ObjectType({
  implements: RunEvent,
  description: 'A file of the run is complete.',
  simpleResolvers: true,
})
export class FileSaved extends RunEvent {
  @Field(() => String, { description: 'What it holds: `best-weights` or `predictions`.' })
  readonly kind!: string;

  @Field(() => Int, { description: 'Epoch it belongs to.' })
  readonly epoch!: number;

  @Field(() => String, { description: 'File name.' })
  readonly file!: string;

  @Field(() => String, { description: 'SHA-256 of its bytes, hex.' })
  readonly sha256!: string;

  @Field(() => Float, { description: 'Size.' })
  readonly bytes!: number;
}

@ObjectType({
  implements: RunEvent,
  description: 'All that the log says before is in a file, from which the run can go on.',
  simpleResolvers: true,
})
export class CheckpointSaved extends RunEvent {
  @Field(() => Int, { description: 'Phase of what comes next.' })
  readonly phase!: number;

  @Field(() => Int, { description: 'Number of the next epoch.' })
  readonly epoch!: number;

  @Field(() => Int, { description: 'Number of the next step.' })
  readonly step!: number;

  @Field(() => String, { description: 'File name.' })
  readonly file!: string;

  @Field(() => String, { description: 'SHA-256 of its bytes, hex.' })
  readonly sha256!: string;

  @Field(() => Float, { description: 'Size.' })
  readonly bytes!: number;
}
