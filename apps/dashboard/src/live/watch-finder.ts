import { FinderPointsDocument } from '../graphql/generated/graphql.js';
import type { LiveLink } from '../graphql/live-link.js';
import { appendPoints, type FinderCurve } from './finder-curve.js';

export interface FinderPlace {
  readonly runId: string;
  readonly phase: number;
}

/** Fills a curve with the points of one finder, stored and live, as `watchBatches` does for batches. */
export function watchFinder(
  link: LiveLink,
  { runId, phase }: FinderPlace,
  curve: FinderCurve,
): () => void {
  return link.follow({
    document: FinderPointsDocument,
    variables: () => ({ runId, phase, after: curve.length === 0 ? null : curve.last }),
    onNext: ({ lrFinderPoints }) => {
      appendPoints(curve, lrFinderPoints);
    },
  });
}
