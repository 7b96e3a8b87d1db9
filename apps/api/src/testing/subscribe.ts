import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** A subscription through a plain client, on a socket that a test may cut. */
export interface Subscription<Payload> {
  readonly received: readonly Payload[];
  /** How it ended: by the server, by a cut socket, or with an error’s message. */
  readonly ended: Promise<string>;
  /** Tears the socket down without a goodbye. */
  cut(): void;
  /** Resolves once `test` holds for what was received. */
  until(test: (received: readonly Payload[]) => boolean): Promise<void>;
}

export interface SubscribeOptions {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What is sent in `connection_init`. */
  readonly connectionParams?: Readonly<Record<string, unknown>>;
  /** Headers of the handshake. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Subscribes and collects the single field of every message. */
export function subscribe<Payload>(
  address: string,
  { query, variables = {}, connectionParams, headers = {} }: SubscribeOptions,
): Subscription<Payload> {
  const sockets: WebSocket[] = [];
  const received: Payload[] = [];
  const looks = new Set<() => void>();
  class TrackedSocket extends WebSocket {
    constructor(url: string, protocols: string | string[]) {
      super(url, protocols, { headers });
      sockets.push(this);
    }
  }
  const client = createClient({
    url: `${address.replace('http', 'ws')}/graphql`,
    webSocketImpl: TrackedSocket,
    retryAttempts: 0,
    ...(connectionParams && { connectionParams }),
  });
  const ended = new Promise<string>((resolve) => {
    client.subscribe<Record<string, Payload>>(
      { query, variables: { ...variables } },
      {
        next: ({ data, errors }) => {
          if (errors) resolve(errors.map(describe).join('; '));
          received.push(...Object.values(data ?? {}));
          for (const look of looks) look();
        },
        error: (error) => {
          resolve(Array.isArray(error) ? error.map(describe).join('; ') : closeOf(error));
        },
        complete: () => {
          resolve('completed');
        },
      },
    );
  }).finally(() => client.dispose());
  return {
    received,
    ended,
    cut: () => {
      for (const socket of sockets) socket.terminate();
    },
    until: (test) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (test(received)) resolve();
        };
        looks.add(look);
        look();
        void ended.then((how) => {
          look();
          reject(new Error(`Ended too early, ${how}, after ${received.length} messages`));
        });
      }),
  };
}

function describe(error: unknown): string {
  const { message, extensions } = error as { message: string; extensions?: { code?: string } };
  return `${extensions?.code ?? 'no code'}: ${message}`;
}

function closeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error)
    return `closed ${String(error.code)}`;
  return error instanceof Error ? error.message : 'cut';
}
