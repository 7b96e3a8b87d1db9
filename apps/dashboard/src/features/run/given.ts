/** What was typed, as a number; null where nothing was. */
export function given(text: string): number | null {
  return text.trim() === '' ? null : Number(text.replace(',', '.'));
}

/** What cannot be sent as a number; whether it is in range the server says. */
export const wrongNumber = (text: string): string | undefined =>
  Number.isFinite(given(text) ?? 1) ? undefined : 'Expected a number, such as 0.5';

export const wrongInteger = (text: string): string | undefined =>
  Number.isInteger(given(text) ?? 1) ? undefined : 'Expected a whole number';
