import type { ReadableStreamDefaultReader } from 'node:stream/web';
import { HubAccessError, HubAnswerError, HubFileNotFoundError } from './hub-errors.js';
import type { HubOptions } from './hub-options.js';
import type { HubSource } from './hub-source.js';
import { type Clock, Interruption, parseRetryAfter } from './retries.js';

const MOST_REDIRECTS = 10;
/** A connection on which nothing comes for so long is given up. */
const SILENCE_MS = 60_000;

export interface HubConnectionOptions {
  readonly hub: HubOptions;
  readonly source: HubSource;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** @default 60 s */
  readonly silenceMs?: number | undefined;
}

export interface HubRequest {
  readonly method: 'HEAD' | 'GET';
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a redirect to another host is the answer already. @default never */
  readonly isAnswer?: (redirect: Response) => boolean;
}

/** One attempt to talk to a hub. Everything that may pass by itself becomes an `Interruption`. */
export class HubConnection {
  readonly #options: HubConnectionOptions;
  readonly #origin: string;
  readonly #silence = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(options: HubConnectionOptions) {
    this.#options = options;
    this.#origin = new URL(options.hub.endpoint).origin;
    const { silenceMs = SILENCE_MS } = options;
    this.#timer = setTimeout(() => {
      this.#silence.abort(new Error(`nothing for ${silenceMs / 1000} s`));
    }, silenceMs);
  }

  /**
   * Asks, and follows redirects. The token goes to the endpoint alone: the hosts that a hub sends on
   * to know the request by its signed address.
   *
   * @throws HubFileNotFoundError, HubAccessError, HubAnswerError, Interruption
   */
  async ask(address: string, request: HubRequest): Promise<Response> {
    let url = new URL(address);
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const response = await this.#send(url, request);
      const next = redirectOf(response, url);
      if (next === null) {
        await this.#assertGood(response, url);
        return response;
      }
      if (next.origin !== url.origin && request.isAnswer?.(response)) return response;
      await response.body?.cancel();
      url = next;
    }
    throw new HubAnswerError(address, 'a file', `more than ${MOST_REDIRECTS} redirects`);
  }

  /** What comes, piece by piece. */
  async *read(response: Response): AsyncGenerator<Uint8Array> {
    if (response.body === null) return;
    // Bodies are made of bytes; the type of `fetch` leaves that open.
    const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    try {
      for (;;) {
        const { done, value } = await this.#watch(reader.read());
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => undefined); // It may have failed already, which was thrown above.
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #send(url: URL, { method, headers }: HubRequest): Promise<Response> {
    const { hub, signal } = this.#options;
    const isHub = url.origin === this.#origin;
    return this.#watch(
      fetch(url, {
        method,
        redirect: 'manual',
        headers: {
          // Sizes and ranges are those of the file, not of something packed.
          'accept-encoding': 'identity',
          ...headers,
          ...(isHub && hub.token !== null && { authorization: `Bearer ${hub.token}` }),
        },
        signal: AbortSignal.any([this.#silence.signal, ...(signal ? [signal] : [])]),
      }),
    );
  }

  async #watch<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      this.#timer.refresh();
      return result;
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      throw new Interruption(reasonOf(error), null, { cause: error });
    }
  }

  async #assertGood(response: Response, url: URL): Promise<void> {
    const { status, headers } = response;
    // 416 says that the file ends where the rest was asked for; the caller knows what that means.
    if (response.ok || status === 416) return;
    await response.body?.cancel();
    const { hub, source, clock } = this.#options;
    const page = `${hub.endpoint}/${source.repository}`;
    const isHub = url.origin === this.#origin;
    if (status === 408 || status === 429 || status >= 500) {
      const waitMs = parseRetryAfter(headers.get('retry-after'), clock.now());
      const asks = waitMs === null ? '' : `, which asks to wait ${Math.ceil(waitMs / 1000)} s`;
      throw new Interruption(`status ${status}${asks}`, waitMs);
    }
    // Signed addresses expire: the hub gives a fresh one.
    if (!isHub) throw new Interruption(`status ${status} from ${url.host}`);
    const code = headers.get('x-error-code');
    if (status === 401 || status === 403) {
      throw new HubAccessError(source, { status, page, hadToken: hub.token !== null });
    }
    if (status === 404) throw new HubFileNotFoundError(source, missingBy(code), page);
    throw new HubAnswerError(url.href, 'a file', `status ${status}`);
  }
}

function redirectOf({ status, headers }: Response, from: URL): URL | null {
  const location = headers.get('location');
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return null;
  return URL.canParse(location, from.href) ? new URL(location, from) : null;
}

/** In the hub's own words, which say more than its status. */
function missingBy(code: string | null): HubFileNotFoundError['missing'] {
  if (code === 'RepoNotFound') return 'repository';
  if (code === 'RevisionNotFound') return 'revision';
  return code === 'EntryNotFound' ? 'file' : 'repository or file';
}

/** What `fetch` hides in the causes of its errors. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
