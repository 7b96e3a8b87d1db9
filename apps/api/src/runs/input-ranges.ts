import { badInput } from '../errors.js';

export interface Range {
  readonly from: number;
  readonly to: number;
}

export function assertInteger(field: string, value: number, { from, to }: Range): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw badInput(field, { expected: `a whole number from ${from} to ${to}`, received: value });
}

export function assertShare(field: string, value: number, { from, to }: Range): void {
  if (value >= from && value <= to) return;
  throw badInput(field, { expected: `a number from ${from} to ${to}`, received: value });
}

export function assertRate(field: string, value: number): void {
  if (value > 0 && value <= 100) return;
  throw badInput(field, {
    expected: 'a learning rate above 0 and up to 100',
    received: value,
    fix: 'A usual rate is 0.002',
  });
}
