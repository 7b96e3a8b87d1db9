import { Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../paging/page-info.type.js';
import { Dataset } from './dataset.type.js';

@ObjectType({ description: 'A dataset and its place in a list.' })
export class DatasetEdge {
  @Field(() => String, { description: 'Place in the list, to go on from.' })
  readonly cursor!: string;

  @Field(() => Dataset, { description: 'The dataset.' })
  readonly node!: Dataset;
}

@ObjectType({ description: 'A page of datasets.' })
export class DatasetConnection {
  @Field(() => [DatasetEdge], { description: 'The datasets of this page.' })
  readonly edges!: readonly DatasetEdge[];

  @Field(() => PageInfo, { description: 'Where the page lies.' })
  readonly pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Datasets in the whole list.' })
  readonly totalCount!: number;
}

@ObjectType({ description: 'The import that was begun.' })
export class ImportDatasetPayload {
  @Field(() => Dataset, { description: 'The dataset, still importing.' })
  readonly dataset!: Dataset;
}
