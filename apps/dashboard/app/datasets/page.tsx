import type { Metadata } from 'next';
import { DatasetsPage } from '../../src/features/datasets/datasets-page.js';
import { Page } from '../../src/features/shell/page.js';

export const metadata: Metadata = { title: 'Datasets' };

export default function Datasets() {
  return (
    <Page>
      <DatasetsPage />
    </Page>
  );
}
