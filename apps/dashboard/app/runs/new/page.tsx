import type { Metadata } from 'next';
import { NewRun } from '../../../src/features/new-run/new-run.js';
import { readPrefill } from '../../../src/features/new-run/prefill.js';
import { Page, PageTitle } from '../../../src/features/shell/page.js';

export const metadata: Metadata = { title: 'New run' };

interface NewRunPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function NewRunPage({ searchParams }: NewRunPageProps) {
  return (
    <Page narrow>
      <PageTitle title="New run" />
      <NewRun prefill={readPrefill(await searchParams)} />
    </Page>
  );
}
