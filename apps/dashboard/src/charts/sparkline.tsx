/** A curve without axes, for a table. */
export function Sparkline({
  values,
  label,
}: {
  readonly values: readonly number[];
  readonly label: string;
}) {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return null;
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low || 1;
  const points = values.flatMap((value, index) =>
    Number.isFinite(value)
      ? [
          `${((index / (values.length - 1)) * 94 + 1).toFixed(1)} ${(22 - ((value - low) / span) * 20).toFixed(1)}`,
        ]
      : [],
  );
  const [endX, endY] = points.at(-1)!.split(' ');
  return (
    <svg width="96" height="24" viewBox="0 0 96 24" role="img" aria-label={label}>
      <path
        d={`M${points.join('L')}`}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
      <circle cx={endX} cy={endY} r="2" fill="var(--accent)" />
    </svg>
  );
}
