/** What stands for a number that JSON cannot say. */
interface CodedNumber {
  readonly $number: 'NaN' | 'Infinity' | '-Infinity' | '-0';
}

/** JSON in which NaN, the infinities and -0 are `{"$number":"NaN"}` and so on. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'number' ? codedNumber(part) : part,
  );
}

function codedNumber(number: number): number | { readonly $number: string } {
  if (Object.is(number, -0)) return { $number: '-0' };
  return Number.isFinite(number) ? number : { $number: String(number) };
}

/** Reads what `encodeJson` wrote. The caller knows the type, as it wrote the text. */
export function decodeJson(text: string): unknown {
  return JSON.parse(text, (_key, part: unknown) =>
    isCodedNumber(part) ? Number(part.$number) : part,
  );
}

function isCodedNumber(part: unknown): part is CodedNumber {
  return (
    typeof part === 'object' &&
    part !== null &&
    '$number' in part &&
    typeof part.$number === 'string'
  );
}
