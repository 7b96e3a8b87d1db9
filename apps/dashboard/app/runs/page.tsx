import type { Metadata } from 'next';
import { RunsTable } from '../../src/features/runs/runs-table.js';
import { Page, PageTitle } from '../../src/features/shell/page.js';
import { ButtonLink } from '../../src/ui/button.js';

export const metadata: Metadata = { title: 'Runs' };

export default function RunsPage() {
  return (
    <Page>
      <PageTitle
        title="Runs"
        controls={
          <ButtonLink look="primary" href="/runs/new">
            New run
          </ButtonLink>
        }
      />
      <RunsTable />
    </Page>
  );
}
