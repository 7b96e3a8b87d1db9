import type { Metadata } from 'next';
import { DatasetPage } from '../../../src/features/dataset/dataset-page.js';
import { Page } from '../../../src/features/shell/page.js';

export const metadata: Metadata = { title: 'Dataset' };

export default async function Dataset({
  params,
}: {
  readonly params: Promise<{ datasetId: string }>;
}) {
  const { datasetId } = await params;
  return (
    <Page>
      <DatasetPage datasetId={datasetId} />
    </Page>
  );
}
