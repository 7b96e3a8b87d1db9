import { isLoopback } from '../config.js';

export interface HostRules {
  /** Address that the server listens on. */
  readonly host: string;
  /** Further names, in lower case, with or without a port. */
  readonly allowedHosts: readonly string[];
}

/** Headers of a request that say where it was meant to go and where it comes from. */
export interface Whereabouts {
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/**
 * Why a request is refused, or undefined. Any web page in the person’s browser can reach a local
 * server: by its own address (told by `Origin`), or by a name of its own that leads here (told by
 * `Host`).
 */
export function refusal({ host, origin }: Whereabouts, rules: HostRules): string | undefined {
  if (host === undefined || !isAllowed(host.toLowerCase(), rules)) {
    return `Expected a Host header that names this server, received ${JSON.stringify(host ?? '')}. If that name is yours, start the server with ALLOWED_HOSTS=${nameOf(host ?? 'the-name')}`;
  }
  if (origin !== undefined && hostOf(origin) !== host.toLowerCase()) {
    return `Expected requests from pages of this server (${host}), received one from ${JSON.stringify(origin)}. Open the page under the server’s own address; a proxy in between must pass on the Host header`;
  }
  return undefined;
}

function isAllowed(host: string, rules: HostRules): boolean {
  const name = nameOf(host);
  if (isLoopback(name) || rules.allowedHosts.includes(name) || rules.allowedHosts.includes(host))
    return true;
  const isWildcard = rules.host === '0.0.0.0' || rules.host === '::';
  return !isWildcard && nameOf(rules.host.toLowerCase()) === name;
}

/** A Host header without its port and without the brackets of an IPv6 address. */
function nameOf(host: string): string {
  const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(host)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^[^:]*(:\d+)?$/.test(host) ? host.replace(/:\d+$/, '') : host;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
