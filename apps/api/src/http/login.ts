import { setTimeout as sleep } from 'node:timers/promises';
import express, { Router } from 'express';
import { accessOf, tokenCookie, type Tokens } from '../security/tokens.js';
import { problem } from './problem.js';

/** Makes guessing slow. */
const WRONG_TOKEN_MS = 300;

/** `POST /login` with `{"token":"…"}`: has the browser keep the token in a cookie that no script can read. */
export function login(tokens: Tokens): Router {
  return Router().post('/', express.json({ limit: '4kb' }), async (request, response) => {
    const token = tokenFrom(request.body);
    const access = accessOf(token, tokens);
    if (access === undefined || token === undefined) {
      await sleep(WRONG_TOKEN_MS);
      problem(
        response,
        401,
        'Expected {"token": "…"} with a token of this server, received another one. It is the value of WHETSTONE_TOKEN or WHETSTONE_READ_TOKEN',
      );
      return;
    }
    response.setHeader('Set-Cookie', tokenCookie(token));
    response.json({ access });
  });
}

function tokenFrom(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('token' in body)) return undefined;
  return typeof body.token === 'string' ? body.token : undefined;
}
