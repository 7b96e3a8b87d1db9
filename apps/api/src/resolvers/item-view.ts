import type { Manifest } from '@whetstone/training';
import type { Data, Item, Split } from '@whetstone/schema';

/** An item as resolvers see it: what GraphQL says of it, and where its image is. */
export interface ItemView extends Data<Item> {
  readonly datasetId: string;
  readonly version: number;
  readonly index: number;
}

/** The item at `index` of a version. */
export function toItem({ header, items }: Manifest, index: number): ItemView {
  const item = items[index];
  if (item === undefined) {
    throw new Error(
      `There is no item ${index} in version ${header.version} of dataset ${header.datasetId}`,
    );
  }
  const split: Split = item.split;
  const { datasetId, version } = header;
  return {
    id: `item_${datasetId}_${version}_${index}`,
    label: item.label,
    split,
    width: item.width,
    height: item.height,
    source: item.source,
    datasetId,
    version,
    index,
  };
}
