'use client';

import { Page } from '../src/features/shell/page.js';
import { Button } from '../src/ui/button.js';
import { Notice } from '../src/ui/notice.js';

export default function PageError({
  error,
  reset,
}: {
  readonly error: Error;
  readonly reset: () => void;
}) {
  return (
    <Page>
      <Notice
        tone="failure"
        title="This page could not be shown"
        actions={<Button onClick={reset}>Show it again</Button>}
      >
        {error.message || 'Something unexpected happened.'} What trains goes on all the same.
      </Notice>
    </Page>
  );
}
