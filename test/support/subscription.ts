import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** A subscription through a plain graphql-ws client, on a socket that a test may cut. */
export interface Subscription<Payload> {
  /** Everything received so far, in order of arrival. */
  readonly received: readonly Payload[];
  /** Resolves when the server completes, or when the socket is gone. */
  readonly ended: Promise<'completed' | 'cut'>;
  /** Tears the socket down without a goodbye, as a pulled cable would. */
  cut(): void;
  /** Resolves once `test` holds for what was received. */
  until(test: (received: readonly Payload[]) => boolean): Promise<void>;
}

/** Subscribes and collects one field of every message. */
export function subscribe<Payload>(
  address: string,
  { query, variables, field }: SubscribeOptions,
): Subscription<Payload> {
  const sockets: WebSocket[] = [];
  const received: Payload[] = [];
  const waiting = new Set<() => void>();
  class TrackedSocket extends WebSocket {
    constructor(url: string, protocols: string | string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  const client = createClient({
    url: `${address.replace('http', 'ws')}/graphql`,
    webSocketImpl: TrackedSocket,
    retryAttempts: 0,
  });
  const ended = new Promise<'completed' | 'cut'>((resolve, reject) => {
    client.subscribe<Record<string, Payload>>(
      { query, variables: { ...variables } },
      {
        next: ({ data, errors }) => {
          if (errors) reject(new Error(JSON.stringify(errors)));
          const payload = data?.[field];
          if (payload !== undefined) received.push(payload);
          for (const look of waiting) look();
        },
        error: (error) => {
          if (Array.isArray(error)) reject(new Error(JSON.stringify(error)));
          else resolve('cut');
        },
        complete: () => {
          resolve('completed');
        },
      },
    );
  });
  return {
    received,
    ended,
    cut: () => {
      for (const socket of sockets) socket.terminate();
    },
    until: (test) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (!test(received)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        ended.then(() => {
          look();
          reject(new Error(`The subscription ended after ${received.length} messages`));
        }, reject);
        look();
      }),
  };
}

export interface SubscribeOptions {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The subscription's field whose values are collected. */
  readonly field: string;
}
