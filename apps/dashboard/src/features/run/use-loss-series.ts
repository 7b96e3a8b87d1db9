'use client';

import { useEffect, useState } from 'react';
import { useLiveLink } from '../../graphql/provider.js';
import { LossSeries } from '../../live/loss-series.js';
import { watchBatches } from '../../live/watch-batches.js';

/** The loss curve of a run, growing as its batches finish. Points live outside React: charts draw on animation frames. */
export function useLossSeries(runId: string): LossSeries {
  const link = useLiveLink();
  const [series] = useState(() => new LossSeries());
  useEffect(() => {
    if (link === null) return undefined;
    return watchBatches(link, runId, series);
  }, [link, runId, series]);
  return series;
}
