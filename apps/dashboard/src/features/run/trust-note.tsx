import { formatPoints, formatShare, plural } from '../../format/numbers.js';
import { Term } from '../../ui/term.js';
import { trustIn } from './trust.js';

/** Says on how many pictures the figures rest, and so how far one can be trusted. */
export function TrustNote({
  validItems,
  errorRate,
}: {
  readonly validItems: number;
  readonly errorRate: number | null;
}) {
  const { onePicture, standardError, mayStillBe } = trustIn(errorRate ?? 0, validItems);
  return (
    <>
      Judged by {plural(validItems, 'picture')} set aside (<Term word="valid pictures">valid</Term>
      ): one picture is {formatPoints(onePicture)} points.
      {errorRate !== null && standardError !== null && (
        <>
          {' '}
          So the <Term word="error rate" /> of {formatShare(errorRate)} carries about ±
          {formatPoints(standardError)} points (one <Term word="standard error" />
          ): a smaller difference between two runs may be chance.
        </>
      )}
      {errorRate !== null && mayStillBe !== null && (
        <>
          {' '}
          No mistake among them does not mean none: the true <Term word="error rate" /> may still be
          up to {formatShare(mayStillBe)}.
        </>
      )}
    </>
  );
}
