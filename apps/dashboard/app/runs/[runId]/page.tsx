import type { Metadata } from 'next';
import { RunPage } from '../../../src/features/run/run-page.js';
import { Page } from '../../../src/features/shell/page.js';

export const metadata: Metadata = { title: 'Run' };

export default async function Run({ params }: { readonly params: Promise<{ runId: string }> }) {
  const { runId } = await params;
  return (
    <Page>
      <RunPage runId={runId} />
    </Page>
  );
}
