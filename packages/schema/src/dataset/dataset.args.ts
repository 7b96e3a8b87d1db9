import { ArgsType, Field } from 'type-graphql';
import { PageArgs } from '../paging/page.args.js';
import { Split } from './dataset.enums.js';

@ArgsType()
export class ItemsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Of this class alone.' })
  readonly label?: string | null;

  @Field(() => Split, { nullable: true, description: 'On this side of the split alone.' })
  readonly split?: Split | null;
}
