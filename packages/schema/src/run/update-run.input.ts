import { Field, InputType } from 'type-graphql';

@InputType({
  description:
    'What to change of how people find a run. What is left out stays as it is; training is not touched.',
})
export class UpdateRunInput {
  @Field(() => String, { nullable: true, description: 'Name for people, 1 to 200 characters.' })
  readonly name?: string | null;

  @Field(() => String, { nullable: true, description: 'Notes, up to 10000 characters.' })
  readonly notes?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'All its tags: words to find it by, up to 20 of up to 50 characters.',
  })
  readonly tags?: readonly string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is marked with a star.' })
  readonly starred?: boolean | null;
}
