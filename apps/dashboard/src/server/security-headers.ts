import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Adds headers that keep a page to itself: only this server's own scripts run, nothing is fetched
 * from elsewhere, no other page may frame it.
 */
export function secure(
  request: IncomingMessage,
  response: ServerResponse,
  { dev }: { dev: boolean },
): void {
  const policy = contentPolicy(request.headers.host ?? '', { dev });
  // Next reads the nonce from the request's header and puts it on every script it writes.
  request.headers['content-security-policy'] = policy.text;
  request.headers['x-nonce'] = policy.nonce;
  response.setHeader('Content-Security-Policy', policy.text);
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=()');
  forbidSniffing(response);
}

/** Makes browsers take a file for what its type says, and nothing else. */
export function forbidSniffing(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
}

function contentPolicy(host: string, { dev }: { dev: boolean }): { text: string; nonce: string } {
  const nonce = randomBytes(16).toString('base64');
  const rules = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    // Charts and progress bars set sizes on their elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    // Not every browser counts WebSockets to the same host as 'self'.
    `connect-src 'self' ws://${host} wss://${host}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return { text: rules.join('; '), nonce };
}
