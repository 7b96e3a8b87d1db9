import type { Data } from '../data.js';
import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where a page lies in its list (Relay).', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follow after this page.' })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether some come before this page.' })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first entry, if any.' })
  readonly startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last entry, if any.' })
  readonly endCursor!: string | null;
}

/** One page of a list, as every connection has it. */
export interface Connection<Entry> {
  readonly edges: readonly { readonly cursor: string; readonly node: Entry }[];
  readonly pageInfo: Data<PageInfo>;
  readonly totalCount: number;
}
