import type { CombinedError } from '@urql/core';

/** The code of what failed, or null where nothing answered. */
export function errorCode(error: CombinedError): string | null {
  const code = error.graphQLErrors[0]?.extensions['code'];
  return typeof code === 'string' ? code : null;
}

/** The sentence to show: what was expected, what was received, how to fix it. */
export function errorMessage(error: CombinedError): string {
  const [first] = error.graphQLErrors;
  // Names of fields stand in backticks, which mean nothing on a page.
  if (first !== undefined) return first.message.replaceAll('`', '');
  return 'The server did not answer. It may be starting again; this page asks again by itself.';
}

/** The input's field that is to blame, such as `epochs`, or null where it is none alone. */
export function errorField(error: CombinedError): string | null {
  const field = error.graphQLErrors[0]?.extensions['field'];
  return typeof field === 'string' ? field.replace(/^input\./, '') : null;
}
