import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Why something failed.' })
export class RunError {
  @Field(() => String, { description: 'Kind of error, for programs.' })
  readonly code!: string;

  @Field(() => String, { description: 'What was expected, what was received, how to fix it.' })
  readonly message!: string;
}
