'use client';

import { formatAgo, formatMoment } from '../format/times.js';
import { useNow } from './use-now.js';

/** How long ago something was, with the exact moment on hover. */
export function RelativeTime({ at }: { readonly at: string }) {
  const now = useNow(10_000);
  return (
    <time dateTime={at} title={formatMoment(at)} suppressHydrationWarning>
      {formatAgo(at, now)}
    </time>
  );
}
