import { BatchMetricsDocument } from '../graphql/generated/graphql.js';
import type { LiveLink } from '../graphql/live-link.js';
import { appendBatches, type LossSeries } from './loss-series.js';

/**
 * Fills a series with the batches of a run, stored and live, until the run ends or the function it
 * returns is called. After a cut it goes on behind the last step it has: no gap, no repetition.
 */
export function watchBatches(link: LiveLink, runId: string, series: LossSeries): () => void {
  return link.follow({
    document: BatchMetricsDocument,
    variables: () => ({ runId, afterStep: series.length === 0 ? null : series.lastStep }),
    onNext: ({ batchMetrics }) => {
      appendBatches(series, batchMetrics);
    },
  });
}
