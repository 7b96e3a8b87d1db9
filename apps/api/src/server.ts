import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { FileStore } from './artifacts/file-store.js';
import { artifactFiles } from './http/artifact-files.js';
import { graphqlOverHttp } from './http/graphql-http.js';
import { graphqlOverSockets } from './http/graphql-sockets.js';
import { itemImages } from './http/item-images.js';
import { login } from './http/login.js';
import { problem } from './http/problem.js';
import { makeSchema } from './schema.js';
import { type HostRules, refusal } from './security/host-check.js';
import { accessOf, tokenIn, type Tokens } from './security/tokens.js';
import type { Services } from './services.js';
import { isUnavailable } from './store/unavailable.js';

export interface ServerOptions {
  readonly services: Services;
  readonly files: FileStore;
  readonly hosts: HostRules;
  readonly tokens: Tokens;
  readonly log: Logger;
  readonly port: number;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:4000`. */
  readonly address: string;
  /** Is no longer ready and opens no more sockets, so that clients go to another process; answers as before. */
  drain(): void;
  /**
   * Closes sockets with 1001 and takes no more requests; cuts what is still open at `deadline`, in
   * milliseconds since 1970. Closing twice is harmless.
   */
  close(deadline: number): Promise<void>;
}

const LOOK_FOR_IDLE_MS = 20;

/** Serves GraphQL over HTTP and WebSocket, pictures and files, all behind the same checks. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { services, files, hosts, tokens, log, port } = options;
  const schema = makeSchema();
  const graphql = await graphqlOverHttp({ schema, services, tokens, log });
  const sockets = graphqlOverSockets({ schema, services, tokens, log, hosts });

  let draining = false;
  const app = express();
  app.disable('x-powered-by');
  app.use(onlyOwnPages(hosts));
  app.use((_request, response, next) => {
    // The client's next request then opens a connection, maybe to another process.
    if (draining) response.setHeader('Connection', 'close');
    next();
  });
  addHealth(app, services, () => draining);
  app.use('/login', login(tokens));
  app.use(onlyWithToken(tokens));
  app.use('/graphql', ...graphql.handlers);
  app.use('/images', itemImages(services.datasets));
  app.use('/artifacts', artifactFiles(files));
  app.use((_request, response) => {
    problem(
      response,
      404,
      'Expected /graphql, /images/…, /artifacts/…, /login, /healthz or /readyz',
    );
  });
  app.use(lastResort(log));

  const server = createServer(app);
  const connections = new Set<Socket>();
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.upgrade(request, socket, head);
  });
  await listen(server, port, hosts.host);
  return {
    address: addressOf(server, hosts.host),
    drain() {
      draining = true;
      sockets.drain();
    },
    async close(deadline) {
      draining = true;
      const cut = setTimeout(() => {
        sockets.cut();
        server.closeAllConnections();
      }, deadline - Date.now());
      await Promise.all([sockets.close(), finished(server, connections)]);
      clearTimeout(cut);
      await graphql.stop();
    },
  };
}

/** Stops listening, and waits until what is being answered is. */
async function finished(server: Server, connections: ReadonlySet<Socket>): Promise<void> {
  // Connections that wait for a next request get none, nor do those that browsers open ahead of a first.
  const idle = setInterval(() => {
    server.closeIdleConnections();
    for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
  }, LOOK_FOR_IDLE_MS);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  clearInterval(idle);
}

function onlyOwnPages(hosts: HostRules): RequestHandler {
  return (request, response, next) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const { host, origin } = request.headers;
    const refused = refusal({ host, origin }, hosts);
    if (refused === undefined) next();
    else problem(response, 403, refused);
  };
}

function onlyWithToken(tokens: Tokens): RequestHandler {
  return (request, response, next) => {
    const access = accessOf(tokenIn(request.headers), tokens);
    if (access === undefined) {
      problem(
        response,
        401,
        'Expected a token, as `Authorization: Bearer …` or as the cookie that /login sets, received none that this server knows',
      );
      return;
    }
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (access === 'read' && !reads && request.path !== '/graphql') {
      problem(
        response,
        403,
        'Expected a token that may change things, received one that may only read',
      );
      return;
    }
    next();
  };
}

function addHealth(app: Express, { store, queue }: Services, isDraining: () => boolean): void {
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'up' });
  });
  app.get('/readyz', async (_request, response) => {
    if (isDraining()) {
      problem(
        response,
        503,
        'This process is ending. Ask another one, or this address in a moment',
      );
      return;
    }
    try {
      await Promise.all([store.check(), queue.check()]);
      response.json({ status: 'ready' });
    } catch {
      problem(
        response,
        503,
        'The store or the queue does not answer. The server’s log may say why',
      );
    }
  });
}

/** Express knows an error handler by its four parameters. */
function lastResort(log: Logger): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express counts them
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = statusOf(error);
    if (status >= 500) log.error({ err: error }, 'a request failed');
    problem(response, status, messageFor(status));
  };
}

function messageFor(status: number): string {
  if (status === 503) return 'The store does not answer. Try again in a moment';
  if (status >= 500) return 'Something in the server failed that should not. Its log says what';
  return 'Expected a well-formed request of up to 1 MB, received another one';
}

function statusOf(error: unknown): number {
  if (isUnavailable(error)) return 503;
  if (typeof error !== 'object' || error === null || !('status' in error)) return 500;
  return typeof error.status === 'number' && error.status >= 400 ? error.status : 500;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOf(server: Server, host: string): string {
  // A TCP server that listens has such an address.
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
