import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from './config.js';

/** Says why a request may not come in, or null where it may. */
export type Guard = (headers: IncomingHttpHeaders) => string | null;

export interface GuardOptions {
  readonly host: string;
  readonly allowedHosts: readonly string[];
}

/**
 * Lets in what names this server and comes from its own pages or from no page at all. Without it,
 * any page that is open in the person's browser could reach a server on this machine, by another
 * origin or by a name of its own that it makes point here.
 */
export function createGuard({ host, allowedHosts }: GuardOptions): Guard {
  const names = new Set([host.toLowerCase(), ...allowedHosts]);
  const isKnown = (name: string) => isLoopback(name) || names.has(name) || names.has(bare(name));

  return ({ host: asked, origin }) => {
    const address = asked === undefined ? null : parseHost(asked, 'http:');
    if (asked === undefined || address === null || !isKnown(address.hostname)) {
      return `Expected a request to this machine by a name that it goes by, received Host "${asked ?? ''}". Add the name to ALLOWED_HOSTS if it is right`;
    }
    if (origin === undefined || isSameHost(origin, asked)) return null;
    return `Expected a request from a page of ${asked}, received one from "${origin}". Open the dashboard under the address that you use for requests`;
  };
}

/** An IPv6 address without its brackets. */
function bare(name: string): string {
  return name.replace(/^\[|\]$/g, '');
}

function isSameHost(origin: string, asked: string): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  // Parsed with the origin's scheme, so that a default port compares equal whether said or not.
  return /^https?:$/.test(from.protocol) && parseHost(asked, from.protocol)?.host === from.host;
}

function parseHost(text: string, protocol: string): URL | null {
  const address = `${protocol}//${text}`;
  if (!/^[\w.[\]:-]+$/.test(text) || !URL.canParse(address)) return null;
  return new URL(address);
}
