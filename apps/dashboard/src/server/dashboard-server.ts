import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createApiProxy, pathOf } from './api-proxy.js';
import type { DashboardConfig } from './config.js';
import { createGuard } from './guard.js';
import { secure } from './security-headers.js';

/** What answers for pages: Next.js, or in tests anything. */
export interface Pages {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

export interface DashboardServer {
  /** Starts listening; gives the address to print. Throws if the port is taken. */
  listen(): Promise<string>;
  /** Cuts every connection and ends. Closing twice is harmless. */
  close(): Promise<void>;
}

/** One origin for pages and data: pages are answered here, data by the API behind. */
export function createDashboardServer(config: DashboardConfig, pages: Pages): DashboardServer {
  const guard = createGuard(config);
  const api = createApiProxy(config.apiUrl);
  const upgraded = new Set<Duplex>();

  const server = createServer((request, response) => {
    const refusal = guard(request.headers);
    if (refusal !== null) {
      answer(response, 403, { 'content-type': 'text/plain; charset=utf-8', body: refusal });
    } else if (pathOf(request) === '/healthz') {
      answer(response, 200, { 'content-type': 'application/json', body: '{"status":"ok"}' });
    } else if (api.owns(request)) {
      api.pass(request, response);
    } else {
      secure(request, response, config);
      pages.answer(request, response).catch((error: unknown) => {
        console.error(error);
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    }
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
    // A connection that breaks before anyone else listens must not end the process.
    socket.on('error', () => socket.destroy());
    const refusal = guard(request.headers);
    if (refusal !== null) refuseUpgrade(socket, refusal);
    else if (pathOf(request) === '/graphql') api.passUpgrade(request, socket, head);
    else pages.upgrade(request, socket, head);
  });

  return {
    listen: () => listen(server, config),
    async close() {
      server.close();
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
      api.close();
      await pages.close();
    },
  };
}

function answer(
  response: ServerResponse,
  status: number,
  { body, ...headers }: { body: string } & Record<string, string>,
): void {
  response.writeHead(status, headers);
  response.end(body);
}

function refuseUpgrade(socket: Duplex, reason: string): void {
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
  );
}

function listen(server: Server, { host, port }: DashboardConfig): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // Listening on a host and port makes this an AddressInfo.
      const { port: actual } = server.address() as AddressInfo;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${actual}`);
    });
  });
}
