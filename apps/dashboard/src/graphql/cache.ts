import { type Cache, cacheExchange } from '@urql/exchange-graphcache';

/** Types without an id: they belong to what they were asked for with. */
const embedded = [
  'Architecture',
  'Artifact',
  'Attempt',
  'CheckpointPlace',
  'ClassCount',
  'ClassReport',
  'Confusion',
  'ConfusionCells',
  'ConfusionMatrix',
  'DatasetConnection',
  'DatasetEdge',
  'DatasetVersion',
  'Epoch',
  'EpochMetrics',
  'Folder',
  'FolderPreview',
  'ImportProgress',
  'ItemConnection',
  'ItemEdge',
  'ItemPrediction',
  'ItemPredictionConnection',
  'ItemPredictionEdge',
  'LrFinder',
  'LrSuggestion',
  'Metric',
  'PageInfo',
  'Phase',
  'Problem',
  'Progress',
  'RunConfig',
  'RunConnection',
  'RunEdge',
  'RunEnvironment',
  'RunError',
  'Series',
  'System',
] as const;

/** Runs and datasets by id, so that what a subscription says shows wherever they stand. */
export const cache = () =>
  cacheExchange({
    keys: Object.fromEntries(embedded.map((type) => [type, () => null])),
    updates: {
      Mutation: {
        startRun: (_result, _variables, store) => {
          invalidate(store, 'runs');
        },
        importDataset: (_result, _variables, store) => {
          invalidate(store, 'datasets');
        },
      },
      Subscription: {
        runUpdated: ({ runUpdated }, _variables, store) => {
          if (!isListed(store, 'runs', runUpdated)) invalidate(store, 'runs');
        },
        datasetUpdated: ({ datasetUpdated }, _variables, store) => {
          if (!isListed(store, 'datasets', datasetUpdated)) invalidate(store, 'datasets');
        },
      },
    },
  });

type List = 'runs' | 'datasets';

function fieldsOf(store: Cache, list: List) {
  return store.inspectFields('Query').filter(({ fieldName }) => fieldName === list);
}

function invalidate(store: Cache, list: List): void {
  for (const { fieldKey } of fieldsOf(store, list)) store.invalidate('Query', fieldKey);
}

/** Whether a list that was asked for has the entity; true too where none was. */
function isListed(store: Cache, list: List, entity: unknown): boolean {
  const fields = fieldsOf(store, list);
  // What a subscription carries has its type and id, which the cache's own type leaves open.
  const key = store.keyOfEntity(entity as Parameters<Cache['keyOfEntity']>[0]);
  return (
    fields.length === 0 ||
    fields.some(({ fieldKey }) => {
      const edges = store.resolve(store.resolve('Query', fieldKey) as string | null, 'edges');
      return (
        Array.isArray(edges) && edges.some((edge) => store.resolve(edge as string, 'node') === key)
      );
    })
  );
}
