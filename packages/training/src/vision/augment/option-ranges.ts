import { InvalidOptionError } from '../../errors.js';

/** Throws unless a number lies in a range, both ends included. `of` says what of an option it is. */
export function assertWithin(
  option: string,
  value: number,
  {
    from = 0,
    to = 1,
    of = '',
  }: { readonly from?: number; readonly to?: number; readonly of?: string } = {},
): void {
  if (!(value >= from && value <= to))
    throw new InvalidOptionError(option, value, `from ${from} to ${to}${of}`);
}

/** Throws unless a number is 0 or more and below 1. */
export function assertBelowOne(option: string, value: number, of = ''): void {
  if (!(value >= 0 && value < 1))
    throw new InvalidOptionError(option, value, `from 0 to below 1${of}`);
}

/** For options that another one multiplies. */
export const MULTIPLIED = ' after it is multiplied by `multiplier`';
