import { Page } from '../src/features/shell/page.js';
import { ButtonLink } from '../src/ui/button.js';
import { EmptyState } from '../src/ui/empty-state.js';

export default function NotFound() {
  return (
    <Page>
      <EmptyState
        title="There is no such page"
        actions={<ButtonLink href="/runs">See all runs</ButtonLink>}
      >
        The address may be misspelt, or from another version.
      </EmptyState>
    </Page>
  );
}
