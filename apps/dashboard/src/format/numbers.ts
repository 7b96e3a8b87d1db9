/** A number, or the name of one that JSON cannot say. */
export type MetricNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** The number that the API meant. */
export function toNumber(value: MetricNumber): number {
  return Number(value);
}

/** A loss: enough digits to see it move. */
export function formatLoss(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 3);
}

/** A learning rate: two digits, short where it is small. */
export function formatRate(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (value === 0) return '0';
  if (Math.abs(value) >= 0.01) return String(Number(value.toPrecision(2)));
  return value.toExponential(1).replace('.0e', 'e');
}

/** A share as percent, with one digit where that says something. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return nonFinite(share);
  return `${formatPoints(share)} %`;
}

/** A difference of shares, in percentage points. */
export function formatPoints(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return String(percent);
  return percent.toFixed(1);
}

/** A count with thousands set apart. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-GB').replaceAll(',', '\u202f');
}

/** `1 image`, `2 images`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

/** A size in bytes. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  const value = bytes / 1000 ** power;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[power - 1]!}`;
}

/** Images trained a second. */
export function formatPace(imagesPerSecond: number): string {
  return `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0)} images/s`;
}

function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  return value > 0 ? 'infinite' : '−infinite';
}
