import styles from './progress-bar.module.css';

/** How much is done, 0 to 1; null while that is not known. */
export function ProgressBar({
  label,
  fraction,
}: {
  readonly label: string;
  readonly fraction: number | null;
}) {
  const percent = fraction === null ? null : Math.round(fraction * 100);
  return (
    <div
      className={styles['track']}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
    >
      <div className={styles['done']} style={{ width: `${(fraction ?? 0) * 100}%` }} />
    </div>
  );
}
