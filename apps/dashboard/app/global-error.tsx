'use client';

import '../src/ui/tokens.css';
import '../src/ui/base.css';
import { Button } from '../src/ui/button.js';
import { Notice } from '../src/ui/notice.js';

export default function GlobalError({ reset }: { readonly reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <Notice
          tone="failure"
          title="The dashboard could not be shown"
          actions={<Button onClick={reset}>Show it again</Button>}
        >
          What trains goes on all the same.
        </Notice>
      </body>
    </html>
  );
}
