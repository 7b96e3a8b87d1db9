import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file that the hub has. */
export interface HubServerFile {
  /** `owner/name`. */
  readonly repository: string;
  readonly file: string;
  readonly content: Uint8Array;
  /** Stored on the other host, as hubs do with large files. @default true */
  readonly isLarge?: boolean;
  /** Replaces what the hub says about it; null leaves that out. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** What goes wrong with one request. */
export type HubFault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  /** Breaks the connection after so many bytes of content. */
  | { readonly kind: 'break'; readonly afterBytes: number }
  /** Announces and sends less than there is. */
  | { readonly kind: 'short'; readonly bytes: number }
  /** Sends more than was announced before. */
  | { readonly kind: 'long' }
  /** Sends other bytes. */
  | { readonly kind: 'corrupt' }
  /** Sends everything, whatever was asked for. */
  | { readonly kind: 'ignore-range' }
  /** Sends so many bytes, then nothing more, and stays connected. */
  | { readonly kind: 'fall-silent'; readonly afterBytes: number };

export interface SeenRequest {
  readonly host: 'hub' | 'storage';
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

export interface HubServer {
  readonly endpoint: string;
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

export interface HubServerOptions {
  readonly files: readonly HubServerFile[];
  /** Without this token every repository is closed. @default open to everyone */
  readonly token?: string;
  /** One for each request to the hub's own host, in order; null lets it pass. @default none */
  readonly hubFaults?: readonly (HubFault | null)[];
  /** The same for the host that stores large files. @default none */
  readonly storageFaults?: readonly (HubFault | null)[];
}

/** The commit that `main` means. */
export const HUB_COMMIT = '0123456789abcdef0123456789abcdef01234567';

/**
 * Starts a server that answers as a Hugging Face hub does, and a second one on another port for what
 * is large. Both on loopback, at ports that the system chooses.
 */
export async function startHubServer({
  files,
  token,
  hubFaults = [],
  storageFaults = [],
}: HubServerOptions): Promise<HubServer> {
  const requests: SeenRequest[] = [];
  const queues = { hub: [...hubFaults], storage: [...storageFaults] };
  const see = (host: SeenRequest['host'], { method = '', url = '', headers }: IncomingMessage) => {
    const { authorization, range } = headers;
    requests.push({ host, method, path: url, authorization, range });
    return queues[host].shift() ?? null;
  };

  const storage = createServer((request, response) => {
    const fault = see('storage', request);
    const found = files[Number(request.url?.slice(1))];
    if (found === undefined) response.writeHead(404).end();
    else sendContent({ request, response, fault }, found.content);
  });
  const storageAddress = await listen(storage);

  const hub = createServer((request, response) => {
    const fault = see('hub', request);
    if (fault?.kind === 'status') {
      response.writeHead(fault.status, fault.headers).end();
      return;
    }
    const problem = problemOf(request, files, token);
    if (problem !== null) {
      response.writeHead(problem.status, { 'x-error-code': problem.code }).end();
      return;
    }
    const index = files.findIndex((file) => pathsOf(file).includes(request.url ?? ''));
    sendFile({ request, response, fault }, files[index]!, `${storageAddress}/${index}`);
  });
  const endpoint = await listen(hub);
  return {
    endpoint,
    requests,
    close: async () => {
      await Promise.all([hub, storage].map(stop));
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly fault: HubFault | null;
}

const pathsOf = ({ repository, file }: HubServerFile): string[] =>
  ['main', HUB_COMMIT].map((revision) => `/${repository}/resolve/${revision}/${file}`);

function problemOf(
  { url = '', headers }: IncomingMessage,
  files: readonly HubServerFile[],
  token: string | undefined,
): { readonly status: number; readonly code: string } | null {
  if (token !== undefined && headers.authorization !== `Bearer ${token}`) {
    return { status: headers.authorization === undefined ? 401 : 403, code: 'GatedRepo' };
  }
  if (files.some((file) => pathsOf(file).includes(url))) return null;
  const repository = files.find((file) => url.startsWith(`/${file.repository}/resolve/`));
  if (repository === undefined) return { status: 404, code: 'RepoNotFound' };
  const knowsRevision = /\/resolve\/(main|[0-9a-f]{40})\//.test(url);
  return { status: 404, code: knowsRevision ? 'EntryNotFound' : 'RevisionNotFound' };
}

function sendFile(exchange: Exchange, file: HubServerFile, address: string): void {
  const { content, isLarge = true } = file;
  const { response } = exchange;
  response.setHeader('x-repo-commit', HUB_COMMIT);
  if (isLarge) {
    response.setHeader('x-linked-etag', `"${createHash('sha256').update(content).digest('hex')}"`);
    response.setHeader('x-linked-size', content.length);
  } else {
    const blob = createHash('sha1').update(`blob ${content.length}\0`).update(content);
    response.setHeader('etag', `"${blob.digest('hex')}"`);
  }
  for (const [name, value] of Object.entries(file.headers ?? {})) {
    if (value === null) response.removeHeader(name);
    else response.setHeader(name, value);
  }
  if (isLarge) response.writeHead(302, { location: address, etag: '"of the redirect"' }).end();
  else sendContent(exchange, content);
}

function sendContent({ request, response, fault }: Exchange, whole: Uint8Array): void {
  if (fault?.kind === 'status') {
    response.writeHead(fault.status, fault.headers).end();
    return;
  }
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const from = asked === undefined || fault?.kind === 'ignore-range' ? 0 : Number(asked);
  if (from >= whole.length && from > 0) {
    response.writeHead(416, { 'content-range': `bytes */${whole.length}` }).end();
    return;
  }
  const rest = Buffer.from(whole.subarray(from));
  const body = fault === null ? rest : spoil(rest, fault);
  const isPart = asked !== undefined && fault?.kind !== 'ignore-range';
  response.writeHead(isPart ? 206 : 200, {
    'content-length': body.length,
    ...(isPart && { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` }),
  });
  if (request.method === 'HEAD') response.end();
  else if (fault?.kind === 'break') {
    response.write(body.subarray(0, fault.afterBytes), () => request.socket.destroy());
  } else if (fault?.kind === 'fall-silent') response.write(body.subarray(0, fault.afterBytes));
  else response.end(body);
}

function spoil(rest: Buffer, fault: HubFault): Buffer {
  switch (fault.kind) {
    case 'short':
      return rest.subarray(0, fault.bytes);
    case 'long':
      return Buffer.concat([rest, rest]);
    case 'corrupt':
      return rest.fill(0, 0, 1);
    case 'break':
    case 'fall-silent':
    case 'ignore-range':
    case 'status':
      return rest;
  }
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // It is none for pipes only.
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
