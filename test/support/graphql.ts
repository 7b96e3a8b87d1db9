/** What a GraphQL server answered. */
export interface Answer<Data> {
  readonly status: number;
  readonly data: Data | null | undefined;
  readonly errors?: readonly { message: string; extensions?: { code?: string } }[];
}

/** Posts one operation, as a tool would. */
export async function post<Data>(
  address: string,
  query: string,
  { variables = {}, headers = {} }: PostOptions = {},
): Promise<Answer<Data>> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  // The cast trusts the test's own type argument.
  const body = (await response.json()) as Omit<Answer<Data>, 'status'>;
  return { ...body, status: response.status };
}

export interface PostOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Posts one operation that must succeed, and returns its data. */
export async function ask<Data>(
  address: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const { data, errors } = await post<Data>(address, query, { variables });
  if (errors || !data) throw new Error(`Unexpected answer: ${JSON.stringify(errors)}`);
  return data;
}
