/** What stands for a number that JSON cannot say. */
interface CodedNumber {
  readonly $number: 'NaN' | 'Infinity' | '-Infinity';
}

/** JSON in which NaN and the infinities are `{"$number":"NaN"}` and so on. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? { $number: String(part) } : part,
  );
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
