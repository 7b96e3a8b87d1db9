import type { Response } from 'express';

const codes: Readonly<Record<number, string>> = {
  400: 'BAD_USER_INPUT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'BAD_REQUEST',
  413: 'BAD_REQUEST',
  503: 'UNAVAILABLE',
};

/** Answers with an error in the form that GraphQL clients know. */
export function problem(response: Response, status: number, message: string): void {
  const code = codes[status] ?? 'INTERNAL_SERVER_ERROR';
  response.status(status).json({ errors: [{ message, extensions: { code } }] });
}
