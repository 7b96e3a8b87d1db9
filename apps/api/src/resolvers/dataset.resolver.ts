import {
  type Data,
  Dataset,
  DatasetConnection,
  DatasetVersion,
  Folder,
  FolderPreview,
  ImportDatasetInput,
  ImportDatasetPayload,
  Item,
  ItemConnection,
  ItemsArgs,
  LabelRuleInput,
  PageArgs,
} from '@whetstone/schema';
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { completeFolder, previewFolder } from '../datasets/folders.js';
import { assertInteger } from '../runs/input-ranges.js';
import type { Context } from './context.js';
import { listCost } from './costs.js';
import { type ItemView, toItem } from './item-view.js';
import { pageOfList, pageQuery, toConnection } from './paging.js';
import { toDataset } from './to-dataset.js';

@Resolver(() => Dataset)
export class DatasetResolver {
  @Query(() => Dataset, {
    nullable: true,
    description: 'A dataset by its id; null if there is none.',
  })
  async dataset(
    @Ctx() { services }: Context,
    @Arg('id', () => ID, { description: 'Id of the dataset.' }) id: string,
  ): Promise<Data<Dataset> | null> {
    const dataset = await services.store.datasets.find(id);
    return dataset === undefined ? null : toDataset(dataset, services.datasets);
  }

  @Query(() => DatasetConnection, {
    description: 'Datasets, the newest first.',
    complexity: listCost,
  })
  async datasets(
    @Ctx() { services }: Context,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Data<DatasetConnection>> {
    const query = pageQuery(args);
    const page = await services.store.datasets.list(query);
    const datasets = await Promise.all(
      page.entries.map((record) => toDataset(record, services.datasets)),
    );
    return toConnection(
      { ...page, entries: datasets },
      {
        query,
        position: ({ id, createdAt }) => ({ id, value: createdAt }),
        toNode: (dataset) => dataset,
      },
    );
  }

  @Query(() => [Folder], {
    description: 'Folders whose paths begin with `prefix`, inside the data roots.',
  })
  async folders(
    @Ctx() { services }: Context,
    @Arg('prefix', () => String, { description: 'Beginning of an absolute path.' }) prefix: string,
  ): Promise<Data<Folder>[]> {
    return completeFolder(prefix, services.datasets.roots);
  }

  @Query(() => FolderPreview, { description: 'What importing a folder would give.' })
  async previewFolder(
    @Ctx() { services }: Context,
    @Arg('path', () => String, { description: 'Absolute path inside the data roots.' })
    path: string,
    @Arg('labels', () => LabelRuleInput, { nullable: true, description: 'How labels are read.' })
    labels: LabelRuleInput | null,
  ): Promise<Data<FolderPreview>> {
    return previewFolder(path, labels?.rule ?? 'parent-folder', services.datasets.roots);
  }

  @Mutation(() => ImportDatasetPayload, {
    description: 'Begins to import a folder and returns at once; `datasetUpdated` tells the rest.',
  })
  async importDataset(
    @Ctx() { services }: Context,
    @Arg('input', () => ImportDatasetInput, { description: 'What to import.' })
    input: ImportDatasetInput,
  ): Promise<Data<ImportDatasetPayload>> {
    const { datasets } = services;
    return { dataset: await toDataset(await datasets.import(input), datasets) };
  }

  @FieldResolver(() => [DatasetVersion], { description: 'Its versions, oldest first.' })
  async versions(
    @Root() { id }: Data<Dataset>,
    @Ctx() { services }: Context,
  ): Promise<readonly Data<DatasetVersion>[]> {
    return services.store.datasets.versions(id);
  }

  @FieldResolver(() => ItemConnection, {
    description: 'Items of the newest version, in their order there.',
    complexity: listCost,
  })
  async items(
    @Root() { id, version }: Data<Dataset>,
    @Ctx() { services }: Context,
    @Args(() => ItemsArgs) { label, split, ...args }: ItemsArgs,
  ): Promise<Data<ItemConnection>> {
    const query = pageQuery(args);
    if (version === 0)
      return pageOfList<ItemView, Data<Item>>([], { query, toNode: (item) => item });
    const manifest = await services.datasets.manifest(id, version);
    const indexes = [...manifest.items.keys()].filter((index) => {
      const item = manifest.items[index]!;
      return (label == null || item.label === label) && (split == null || item.split === split);
    });
    return pageOfList(indexes, { query, toNode: (index): Data<Item> => toItem(manifest, index) });
  }
}

@Resolver(() => Item)
export class ItemResolver {
  @FieldResolver(() => String, {
    description: 'Where to get its picture, relative to this server.',
  })
  imageUrl(
    @Root() { datasetId, version, index }: ItemView,
    @Arg('size', () => Int, {
      nullable: true,
      defaultValue: 256,
      description: 'Longer side in pixels, 16 to 1024.',
    })
    size: number | null,
  ): string {
    const side = size ?? 256;
    assertInteger('size', side, { from: 16, to: 1024 });
    return `/images/items/${datasetId}/${version}/${index}?size=${side}`;
  }
}
