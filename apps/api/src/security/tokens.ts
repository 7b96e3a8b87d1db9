import { createHash, timingSafeEqual } from 'node:crypto';
import type { Access } from '../resolvers/context.js';

export interface Tokens {
  /** May read and write; null: everyone may. */
  readonly token: string | null;
  /** May only read. */
  readonly readToken: string | null;
}

const cookieName = 'whetstone_token';

/** Headers that may carry a token. */
export interface TokenHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/** What a token allows; undefined: nothing. */
export function accessOf(received: string | undefined, tokens: Tokens): Access | undefined {
  if (tokens.token === null) return 'write';
  if (received === undefined) return undefined;
  // Both are compared whatever the first says, so that time tells nothing.
  const writes = isSame(received, tokens.token);
  const reads = tokens.readToken !== null && isSame(received, tokens.readToken);
  if (writes) return 'write';
  return reads ? 'read' : undefined;
}

/** The token of a request: from `Authorization: Bearer`, or from the cookie that `/login` set. */
export function tokenIn({ authorization, cookie }: TokenHeaders): string | undefined {
  return bearer(authorization) ?? cookieValue(cookie ?? '');
}

/** The token of a socket’s `connection_init`, as `token` or as `authorization`. */
export function tokenInParams(params: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof params['token'] === 'string') return params['token'];
  const authorization = params['authorization'] ?? params['Authorization'];
  return typeof authorization === 'string' ? bearer(authorization) : undefined;
}

/** The header that makes a browser keep a token where no script can read it. */
export function tokenCookie(token: string): string {
  const thirtyDays = 30 * 24 * 3600;
  return `${cookieName}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${thirtyDays}`;
}

function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

function cookieValue(cookies: string): string | undefined {
  for (const part of cookies.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name !== cookieName || value === undefined) continue;
    try {
      return decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** Hashes have one length, so not even the length of the token is told. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
