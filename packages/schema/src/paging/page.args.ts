import { ArgsType, Field, Int } from 'type-graphql';

/** Relay’s arguments of a list. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'How many from the start, 1 to 100; 20 if neither this nor `last` is given.',
  })
  readonly first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor to begin after.' })
  readonly after?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many from the end, 1 to 100.' })
  readonly last?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor to end before.' })
  readonly before?: string | null;
}
