import { Client, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core';
import { cache } from './cache.js';
import { errorCode } from './errors.js';
import { LiveLink } from './live-link.js';

/** How the page gets its data: requests over HTTP, what is live over one WebSocket. */
export interface DataSource {
  readonly client: Client;
  /** Null while the page is rendered on the server, where nothing is asked for. */
  readonly link: LiveLink | null;
}

let inBrowser: DataSource | undefined;

/**
 * Where the page's data comes from. A browser has one for as long as the page is open: React may
 * render a tree several times before it keeps one, and each would open a connection of its own.
 */
export function dataSource(): DataSource {
  if (typeof window !== 'undefined') return (inBrowser ??= createDataSource());
  return {
    link: null,
    client: new Client({ ...endpoint, exchanges: [fetchExchange], fetch: never }),
  };
}

/** Pages are rendered without data, and the browser asks for it. */
const never = () => new Promise<Response>(() => undefined);

const endpoint = {
  url: '/graphql',
  // The API refuses queries by GET: every page on the web could send those.
  preferGetMethod: false,
} as const;

/** Talks to the server that the page came from. */
function createDataSource(): DataSource {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const link = new LiveLink({
    url: `${scheme}://${location.host}/graphql`,
    onUnauthenticated: askForToken,
  });
  const client = new Client({
    ...endpoint,
    requestPolicy: 'cache-and-network',
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (errorCode(error) === 'UNAUTHENTICATED') askForToken();
        },
      }),
      cache(),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: link.subscribe(
              // Variables are plain objects; urql leaves their type open.
              { query, variables: variables as Record<string, unknown> },
              {
                next: ({ data = null, errors }) => {
                  sink.next({ data, ...(errors && { errors: [...errors] }) });
                },
                error: (error) => {
                  sink.error(error);
                },
                complete: () => {
                  sink.complete();
                },
              },
            ),
          }),
        }),
      }),
    ],
  });
  return { client, link };
}

function askForToken(): void {
  if (location.pathname === '/login') return;
  const next = encodeURIComponent(location.pathname + location.search);
  // eslint-disable-next-line @next/next/no-location-assign-relative-destination -- Outside React, and the live connection has to be opened anew.
  location.assign(`/login?next=${next}`);
}
