import type { Data, Dataset } from '@whetstone/schema';
import type { DatasetService } from '../datasets/dataset-service.js';
import type { DatasetRecord } from '../datasets/dataset-store.js';

/** A dataset with what is known of its newest version. */
export async function toDataset(
  record: DatasetRecord,
  datasets: DatasetService,
): Promise<Data<Dataset>> {
  const version = await datasets.version(record);
  const progress = record.status === 'importing' ? datasets.progress(record.id) : null;
  return {
    id: record.id,
    name: record.name,
    status: record.status,
    error: record.error,
    demo: record.demo,
    version: record.version,
    path: record.path,
    itemCount: version?.itemCount ?? 0,
    trainCount: version?.trainCount ?? 0,
    validCount: version?.validCount ?? 0,
    classes: version?.classes ?? [],
    createdAt: record.createdAt,
    progress: progress && {
      ...progress,
      fraction: progress.total === null ? null : progress.done / Math.max(1, progress.total),
    },
    problems: record.problems,
  };
}
