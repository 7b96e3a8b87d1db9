import { Field, Float, InputType, Int } from 'type-graphql';
import { LabelRule } from './dataset.enums.js';

@InputType({ description: 'How labels are read.' })
export class LabelRuleInput {
  @Field(() => LabelRule, {
    nullable: true,
    defaultValue: LabelRule.PARENT_FOLDER,
    description: 'The rule.',
  })
  readonly rule?: LabelRule | null;
}

@InputType({ description: 'A dataset to import.' })
export class ImportDatasetInput {
  @Field(() => String, { description: 'Name for people. Two datasets may have the same.' })
  readonly name!: string;

  @Field(() => String, {
    description: 'Absolute path of a folder on the server, inside one of its data roots.',
  })
  readonly path!: string;

  @Field(() => LabelRuleInput, { nullable: true, description: 'How labels are read.' })
  readonly labels?: LabelRuleInput | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: 0.2,
    description:
      'Share of the items to judge by, 0.01 to 0.9. Ignored where folders make the split.',
  })
  readonly validShare?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 42,
    description: 'Seed of the random split.',
  })
  readonly seed?: number | null;
}
