import { Field, ID, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../paging/page-info.type.js';
import { Split } from './dataset.enums.js';

@ObjectType({ description: 'One labelled image of a dataset version.' })
export class Item {
  @Field(() => ID, { description: 'Identity within all datasets and versions.' })
  readonly id!: string;

  @Field(() => String, { description: 'Class it belongs to.' })
  readonly label!: string;

  @Field(() => Split, { description: 'Side of the version’s split.' })
  readonly split!: Split;

  @Field(() => Int, { description: 'Width of the original, in pixels, upright.' })
  readonly width!: number;

  @Field(() => Int, { description: 'Height of the original, in pixels, upright.' })
  readonly height!: number;

  @Field(() => String, { description: 'Path of the original below the dataset’s folder.' })
  readonly source!: string;
}

@ObjectType({ description: 'An item and its place in a list.' })
export class ItemEdge {
  @Field(() => String, { description: 'Place in the list, to go on from.' })
  readonly cursor!: string;

  @Field(() => Item, { description: 'The item.' })
  readonly node!: Item;
}

@ObjectType({ description: 'A page of items.' })
export class ItemConnection {
  @Field(() => [ItemEdge], { description: 'The items of this page.' })
  readonly edges!: readonly ItemEdge[];

  @Field(() => PageInfo, { description: 'Where the page lies.' })
  readonly pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Items in the whole list.' })
  readonly totalCount!: number;
}
