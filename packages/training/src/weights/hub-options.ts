import { InvalidOptionError } from '../errors.js';

/** Which hub to fetch from, and how. */
export interface HubOptions {
  /** Address before `/<repository>/resolve/…`, without a slash at its end. */
  readonly endpoint: string;
  /** Says who asks, for repositories that are not open to everyone. Goes to the endpoint only. */
  readonly token: string | null;
  /** Takes what the cache has and never asks the network. */
  readonly offline: boolean;
}

const OFFICIAL_HUB = 'https://huggingface.co';

/**
 * Reads the variables that the hub's own tools know: `HF_ENDPOINT`, `HF_TOKEN`, `HF_HUB_OFFLINE`.
 * The one place of this folder that sees the environment.
 */
export function hubOptions(env: Readonly<NodeJS.ProcessEnv> = process.env): HubOptions {
  const read = (name: string) => env[name]?.trim() || undefined;
  return {
    endpoint: toEndpoint(read('HF_ENDPOINT') ?? OFFICIAL_HUB),
    token: read('HF_TOKEN') ?? null,
    offline: /^(1|on|yes|true)$/i.test(read('HF_HUB_OFFLINE') ?? ''),
  };
}

function toEndpoint(address: string): string {
  const protocol = URL.canParse(address) ? new URL(address).protocol : '';
  if (protocol === 'https:' || protocol === 'http:') return address.replace(/\/+$/, '');
  throw new InvalidOptionError('HF_ENDPOINT', address, `an address such as ${OFFICIAL_HUB}`);
}
