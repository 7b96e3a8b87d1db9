import { stringifyDocument, type TypedDocumentNode } from '@urql/core';
import { type Client, CloseCode, createClient, MessageType, type Sink } from 'graphql-ws';
import type { FormattedExecutionResult } from 'graphql';
import { ConnectionMonitor } from './connection.js';

/** A subscription that goes on where it stopped when the connection comes back. */
export interface Following<Data, Variables> {
  readonly document: TypedDocumentNode<Data, Variables>;
  /** Asked for at each (re)connect, so that they can carry the last cursor. */
  readonly variables: () => Variables;
  readonly onNext: (data: Data) => void;
  /** The server will send no more. */
  readonly onEnd?: () => void;
}

export interface LiveLinkOptions {
  readonly url: string;
  /** The server wants a token that this browser does not have. */
  readonly onUnauthenticated: () => void;
  /** For places without a WebSocket of their own. */
  readonly webSocketImpl?: unknown;
  /** Longest wait between two attempts to reconnect. @default 5000 */
  readonly longestWaitMs?: number;
}

const KEEP_ALIVE_MS = 10_000;
const PONG_WITHIN_MS = 5000;
const FIRST_WAIT_MS = 200;

/** One WebSocket to the API for everything that is live; it reconnects for as long as the page is open. */
export class LiveLink {
  readonly connection = new ConnectionMonitor();
  readonly #client: Client;
  #connected = false;

  constructor({ url, onUnauthenticated, webSocketImpl, longestWaitMs = 5000 }: LiveLinkOptions) {
    let pongTimer: ReturnType<typeof setTimeout> | undefined;
    this.#client = createClient({
      url,
      ...(webSocketImpl !== undefined && { webSocketImpl }),
      lazy: false,
      retryAttempts: Infinity,
      // Asking again without a token would not help; anything else may pass.
      shouldRetry: (event) => !isUnauthenticated(event),
      retryWait: (retries) => wait(Math.min(longestWaitMs, FIRST_WAIT_MS * 2 ** retries)),
      keepAlive: KEEP_ALIVE_MS,
      onNonLazyError: () => {
        this.connection.refused();
      },
      on: {
        connected: () => {
          this.#connected = true;
          this.connection.connected();
        },
        closed: (event) => {
          this.#connected = false;
          this.connection.cut();
          if (isUnauthenticated(event)) onUnauthenticated();
        },
        message: ({ type }) => {
          if (type === MessageType.Next) this.connection.heard();
        },
        ping: (received) => {
          if (received) return;
          pongTimer = setTimeout(() => {
            this.#client.terminate();
          }, PONG_WITHIN_MS);
        },
        pong: () => {
          clearTimeout(pongTimer);
        },
      },
    });
  }

  /** A plain subscription. After a reconnect it begins anew with the variables it had. */
  subscribe(
    request: { readonly query: string; readonly variables?: Record<string, unknown> },
    sink: Sink<FormattedExecutionResult>,
  ): () => void {
    return this.#client.subscribe(request, sink);
  }

  /** Follows a subscription across reconnects, with fresh variables each time. Returns how to stop. */
  follow<Data, Variables extends Record<string, unknown>>({
    document,
    variables,
    onNext,
    onEnd,
  }: Following<Data, Variables>): () => void {
    const query = stringifyDocument(document);
    let stop: () => void = () => undefined;
    let ended = false;
    const begin = () => {
      let current = true;
      const unsubscribe = this.#client.subscribe<Data>(
        { query, variables: variables() },
        {
          next: ({ data }) => {
            if (current && data) onNext(data);
          },
          error: () => undefined,
          complete: () => {
            if (!current) return;
            ended = true;
            onEnd?.();
          },
        },
      );
      stop = () => {
        current = false;
        unsubscribe();
      };
    };
    const forgetConnected = this.#client.on('connected', () => {
      if (!ended) begin();
    });
    // Left alone, the client would ask again with the variables of the first time.
    const forgetClosed = this.#client.on('closed', () => {
      stop();
    });
    if (this.#connected) begin();
    return () => {
      forgetConnected();
      forgetClosed();
      stop();
    };
  }

  /** Calls back each time the connection stands, the first time included. */
  onConnected(listener: () => void): () => void {
    return this.#client.on('connected', listener);
  }

  close(): void {
    // An attempt to reconnect that is under way fails now, as it should.
    Promise.resolve(this.#client.dispose()).catch(() => undefined);
  }
}

function isUnauthenticated(event: unknown): boolean {
  const code = event instanceof Object && 'code' in event ? event.code : undefined;
  return code === CloseCode.Unauthorized || code === CloseCode.Forbidden;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms * (0.75 + Math.random() / 2));
  });
}
