import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, GraphQLError, parse, specifiedRules, validate } from 'graphql';
import { handleProtocols, type SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { formatError } from '../format-error.js';
import type { Access, Context } from '../resolvers/context.js';
import { type HostRules, refusal } from '../security/host-check.js';
import { refusedOperation } from '../security/operation-limits.js';
import { accessOf, tokenIn, tokenInParams } from '../security/tokens.js';
import { type GraphqlOptions, MOST_TOKENS } from './graphql-http.js';

/** Bytes of one message from a client: documents and variables, never files. */
const MOST_BYTES = 1024 * 1024;
const MOST_OPERATIONS = 100;

export interface SocketOptions extends GraphqlOptions {
  readonly hosts: HostRules;
}

export interface GraphqlSockets {
  /** Takes over a connection that asks to become a socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Opens no more sockets. */
  drain(): void;
  /** Closes every socket with 1001, after which clients connect again; returns once they are gone. */
  close(): Promise<void>;
  /** Ends sockets whose clients do not answer the goodbye. */
  cut(): void;
}

/** GraphQL over WebSocket, `graphql-transport-ws`. */
export function graphqlOverSockets(options: SocketOptions): GraphqlSockets {
  const { tokens, hosts, log } = options;
  const server = new WebSocketServer({ noServer: true, handleProtocols, maxPayload: MOST_BYTES });
  const accesses = new WeakMap<object, Access>();
  const disposable = useServer(
    {
      onConnect: ({ connectionParams, extra }) => {
        const token = tokenInParams(connectionParams ?? {}) ?? tokenIn(extra.request.headers);
        const access = accessOf(token, tokens);
        if (access !== undefined) accesses.set(extra.socket, access);
        return access !== undefined;
      },
      onSubscribe: ({ extra, subscriptions }, _id, payload) => {
        if (Object.keys(subscriptions).length > MOST_OPERATIONS) return [tooManyOperations()];
        return prepare(payload, accesses.get(extra.socket) ?? 'read', options);
      },
      // graphql-ws counts up to five parameters; only the last one matters here.
      onError: (...[, , , errors]) => errors.map((error) => formatError(error, log)),
      onNext: (...[, , , , { errors, data, extensions }]) =>
        errors && {
          errors: errors.map((error) => formatError(error, log)),
          ...(data !== undefined && { data }),
          ...(extensions && { extensions }),
        },
    },
    server,
  );
  let draining = false;
  let closed: Promise<void> | undefined;
  return {
    upgrade(request, socket, head) {
      const refused = whyNot(request, hosts) ?? (draining ? ending : undefined);
      if (refused !== undefined) {
        refuse(socket, refused);
        return;
      }
      server.handleUpgrade(request, socket, head, (opened) => {
        server.emit('connection', opened, request);
      });
    },
    drain() {
      draining = true;
    },
    close() {
      draining = true;
      return (closed ??= Promise.resolve(disposable.dispose()));
    },
    cut() {
      for (const socket of server.clients) socket.terminate();
    },
  };
}

/** Reads, checks and limits an operation as HTTP does; Apollo’s own checks do not see sockets. */
function prepare(
  { query, variables, operationName }: SubscribePayload,
  access: Access,
  { schema, services }: SocketOptions,
): ExecutionArgs | readonly GraphQLError[] {
  let document;
  try {
    document = parse(query, { maxLexicalTokens: MOST_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
  const invalid = validate(schema, document, specifiedRules, { maxErrors: 20 });
  if (invalid.length > 0) return invalid;
  const refused = refusedOperation({ schema, document, operationName, variables, access });
  if (refused !== undefined) return [refused];
  const contextValue: Context = { access, services };
  return {
    schema,
    document,
    contextValue,
    variableValues: variables ?? null,
    operationName: operationName ?? null,
  };
}

function tooManyOperations(): GraphQLError {
  return new GraphQLError(
    `Expected up to ${MOST_OPERATIONS} operations at once on a socket, received one more. Complete some, or open another socket`,
    { extensions: { code: 'TOO_COMPLEX' } },
  );
}

interface Refusal {
  readonly status: string;
  readonly message: string;
}

const ending: Refusal = {
  status: '503 Service Unavailable',
  message: 'This process is ending. Ask another one, or this address in a moment',
};

function whyNot({ url, headers }: IncomingMessage, hosts: HostRules): Refusal | undefined {
  const { host, origin } = headers;
  const message = refusal({ host, origin }, hosts);
  if (message !== undefined) return { status: '403 Forbidden', message };
  if (url?.split('?', 1)[0] === '/graphql') return undefined;
  return { status: '404 Not Found', message: 'Expected the path /graphql' };
}

function refuse(socket: Duplex, { status, message }: Refusal): void {
  const length = Buffer.byteLength(message);
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${length}\r\n\r\n${message}`,
  );
}
