import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { createDashboardServer, type DashboardServer, type Pages } from './dashboard-server.js';

/** Pages that say that they answered, and with which headers they were asked. */
const pages: Pages = {
  answer(asked, response) {
    response.end(JSON.stringify({ page: asked.url, nonce: asked.headers['x-nonce'] }));
    return Promise.resolve();
  },
  upgrade(_asked, socket) {
    socket.destroy();
  },
  close: () => Promise.resolve(),
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(
  address: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(address, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** An API that tells what reached it, and whose sockets repeat what they hear. */
function createUpstream(): Server {
  const upstream = createServer((asked, response) => {
    let body = '';
    asked.on('data', (part: Buffer) => (body += part.toString()));
    asked.on('end', () => {
      const { host, origin, cookie } = asked.headers;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ api: asked.url, method: asked.method, host, origin, cookie, body }),
      );
    });
  });
  new WebSocketServer({ server: upstream, path: '/graphql' }).on(
    'connection',
    (socket, { headers }) => {
      socket.send(`${headers.host ?? ''} ${headers.origin ?? ''}`);
      socket.on('message', (data: Buffer) => {
        if (data.toString() === 'end') socket.close(1001, 'Going away');
        else socket.send(`heard ${data.toString()}`);
      });
    },
  );
  return upstream;
}

/** What a socket hears first, or the status that refused it. */
function firstMessage(address: string, origin: string, say?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(address, 'graphql-transport-ws', { headers: { origin } });
    socket.on('message', (data: Buffer) => {
      if (say !== undefined && !data.toString().startsWith('heard')) {
        socket.send(say);
        return;
      }
      resolve(data.toString());
      socket.terminate();
    });
    socket.on('unexpected-response', (_asked, response) => {
      resolve(String(response.statusCode));
    });
    socket.on('error', (error) => {
      resolve(error.message);
    });
  });
}

describe('createDashboardServer', () => {
  let upstream: Server;
  let server: DashboardServer;
  let address: string;
  let apiUrl: string;

  beforeAll(async () => {
    upstream = createUpstream();
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    apiUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    server = createDashboardServer(config(apiUrl), pages);
    address = await server.listen();
  });
  afterAll(async () => {
    await server.close();
    upstream.close();
    upstream.closeAllConnections();
  });

  const host = () => new URL(address).host;

  it.each([
    '/graphql',
    '/images/ab/cd.jpg?size=256',
    '/artifacts/run_1/best.safetensors',
    '/upload',
  ])(
    'passes %s on to the API, with host, origin and cookie as the browser sent them',
    async (path) => {
      const headers = { origin: address, cookie: 'token=secret' };
      const { status, body } = await ask(address + path, {
        method: 'POST',
        headers,
        body: '{"a":1}',
      });
      expect(status).toBe(200);
      expect(JSON.parse(body)).toEqual({
        api: path,
        method: 'POST',
        host: host(),
        origin: address,
        cookie: 'token=secret',
        body: '{"a":1}',
      });
    },
  );

  it('passes a token on to the API, and answers for the page that asks for it', async () => {
    const posted = await ask(`${address}/login`, { method: 'POST', body: '{}' });
    const shown = await ask(`${address}/login`);
    expect([JSON.parse(posted.body), JSON.parse(shown.body)]).toMatchObject([
      { api: '/login' },
      { page: '/login' },
    ]);
  });

  it('answers for pages with headers that keep them to themselves', async () => {
    const { headers, body } = await ask(`${address}/runs`);
    // The body is what `pages` above writes.
    const { nonce } = JSON.parse(body) as { nonce: string };
    expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('says that it is up', async () => {
    expect(await ask(`${address}/healthz`)).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  });

  it.each(['/runs', '/graphql', '/healthz'])('keeps foreign names out of %s', async (path) => {
    const { status, body } = await ask(address + path, {
      headers: { host: 'rebound.example.org' },
    });
    expect(status).toBe(403);
    expect(body).toContain('rebound.example.org');
  });

  it('carries a WebSocket both ways, with host and origin as the browser sent them', async () => {
    const socket = `${address.replace('http', 'ws')}/graphql`;
    expect(await firstMessage(socket, address)).toBe(`${host()} ${address}`);
    expect(await firstMessage(socket, address, 'hello')).toBe('heard hello');
  });

  it('passes on with which code the API closes a WebSocket, so that pages connect again', async () => {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, { origin: address });
    await once(socket, 'open');
    socket.send('end');
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1001, 'Going away']);
  });

  it('refuses a WebSocket of a page from elsewhere', async () => {
    const socket = `${address.replace('http', 'ws')}/graphql`;
    expect(await firstMessage(socket, 'https://example.org')).toBe('403');
  });
});

describe('createDashboardServer, without an API behind it', () => {
  let server: DashboardServer;
  let address: string;

  beforeAll(async () => {
    // A port that was free a moment ago: nobody listens there.
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await new Promise((resolve) => taken.close(resolve));
    server = createDashboardServer(config(`http://127.0.0.1:${port}`), pages);
    address = await server.listen();
  });
  afterAll(() => server.close());

  it("answers requests for data with 502 and an error in GraphQL's form", async () => {
    const { status, body } = await ask(`${address}/graphql`, { method: 'POST', body: '{}' });
    expect(status).toBe(502);
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ extensions: { code: 'API_UNREACHABLE' } }],
    });
  });

  it('refuses WebSockets with 502', async () => {
    expect(await firstMessage(`${address.replace('http', 'ws')}/graphql`, address)).toBe('502');
  });

  it('answers for pages all the same', async () => {
    expect((await ask(`${address}/runs`)).status).toBe(200);
  });

  it('does not start on a port that is taken', async () => {
    const port = Number(new URL(address).port);
    const second = createDashboardServer({ ...config('http://127.0.0.1:1'), port }, pages);
    await expect(second.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

function config(apiUrl: string) {
  return {
    port: 0,
    host: '127.0.0.1',
    allowedHosts: [],
    apiUrl,
    exitWithParent: false,
    dev: false,
  };
}
