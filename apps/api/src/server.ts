import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  /** Closes sockets with 1001, then every connection. Closing twice is harmless. */
  close(): Promise<void>;
}

/** Serves GraphQL over HTTP and WebSocket, pictures and files, all behind the same checks. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { services, files, hosts, tokens, log, port } = options;
  const schema = makeSchema();
  const graphql = await graphqlOverHttp({ schema, services, tokens, log });
  const sockets = graphqlOverSockets({ schema, services, tokens, log, hosts });

  const app = express();
  app.disable('x-powered-by');
  app.use(onlyOwnPages(hosts));
  addHealth(app, services);
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
  server.on('upgrade', (request, socket, head) => {
    sockets.upgrade(request, socket, head);
  });
  await listen(server, port, hosts.host);
  return {
    address: addressOf(server, hosts.host),
    async close() {
      await sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      await graphql.stop();
    },
  };
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

function addHealth(app: Express, { store, queue }: Services): void {
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'up' });
  });
  app.get('/readyz', async (_request, response) => {
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
