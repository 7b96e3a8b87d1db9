import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createProxyServer } from 'http-proxy-3';
import { forbidSniffing } from './security-headers.js';

/** Passes requests for data on to the API, as they are. */
export interface ApiProxy {
  /** Whether the API answers this request, rather than a page. */
  owns(request: IncomingMessage): boolean;
  pass(request: IncomingMessage, response: ServerResponse): void;
  passUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

const prefixes = ['/images/', '/artifacts/'];

export function createApiProxy(apiUrl: string): ApiProxy {
  // The API checks `Host` and `Origin` too, so both arrive as the browser sent them.
  const proxy = createProxyServer({ target: apiUrl, changeOrigin: false });
  proxy.on('error', (_error, _request, answer) => {
    refuse(answer, apiUrl);
  });

  return {
    owns(request) {
      const path = pathOf(request);
      return (
        path === '/graphql' ||
        path === '/upload' ||
        (path === '/login' && request.method === 'POST') ||
        prefixes.some((prefix) => path.startsWith(prefix))
      );
    },

    pass(request, response) {
      forbidSniffing(response);
      proxy.web(request, response);
    },

    passUpgrade(request, socket, head) {
      proxy.ws(request, socket, head);
    },

    close() {
      proxy.close();
    },
  };
}

export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0]!;
}

/** Tells a waiting browser that the API is down: in GraphQL's words, as most of them ask for that. */
function refuse(answer: ServerResponse | Duplex, apiUrl: string): void {
  if (!(answer instanceof ServerResponse)) {
    answer.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  if (answer.headersSent) {
    answer.destroy();
    return;
  }
  const message = `Expected the API at ${apiUrl} to answer, and it does not. It may be starting again; asking again in a moment helps then`;
  answer.writeHead(502, { 'content-type': 'application/json; charset=utf-8' });
  answer.end(JSON.stringify({ errors: [{ message, extensions: { code: 'API_UNREACHABLE' } }] }));
}
