import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { subscribe } from './testing/subscribe.js';
import { cleanUp, startTestApp, type TestApp } from './testing/test-app.js';

const token = 'write-0123456789abcdef';
const readToken = 'read-0123456789abcdef';
const bearer = (value: string) => ({ authorization: `Bearer ${value}` });
const mutation = `mutation { stopRun(id: "run_none") { run { id } } }`;
const query = `{ runs { totalCount } }`;

let open: TestApp;
let locked: TestApp;

beforeAll(async () => {
  open = await startTestApp();
  locked = await startTestApp({ config: { token, readToken } });
});
afterAll(cleanUp);

/** Sends a request as it is written here: fetch would not let a test choose `Host`. */
async function raw(app: TestApp, headers: Readonly<Record<string, string>>, path = '/healthz') {
  const { hostname, port } = new URL(app.address);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write([`GET ${path} HTTP/1.1`, 'Connection: close', ...lines, '', ''].join('\r\n'));
  const answer = await text(socket);
  return { status: Number(answer.split(' ')[1]), answer };
}

const handshake = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol': 'graphql-transport-ws',
};

describe('where requests come from and go to', () => {
  it.each([
    ['a foreign Host', { Host: 'evil.example' }, 403],
    ['a foreign Origin', { Host: 'localhost', Origin: 'http://evil.example' }, 403],
    ['its own Origin', { Host: 'localhost:3000', Origin: 'http://localhost:3000' }, 200],
    ['no Origin', { Host: '127.0.0.1' }, 200],
  ])('HTTP with %s', async (_sentence, headers, status) => {
    expect((await raw(open, headers)).status).toBe(status);
  });

  it.each([
    ['a foreign Host', { Host: 'evil.example' }, 403],
    ['a foreign Origin', { Host: 'localhost', Origin: 'http://evil.example' }, 403],
  ])('a socket with %s', async (_sentence, headers, status) => {
    const { status: received, answer } = await raw(open, { ...handshake, ...headers }, '/graphql');
    expect(received).toBe(status);
    expect(answer).toContain('Expected');
  });

  it('a socket on another path', async () => {
    expect((await raw(open, { ...handshake, Host: 'localhost' }, '/other')).status).toBe(404);
  });

  it('GraphQL by GET needs a header that no foreign page can send', async () => {
    const url = `${open.address}/graphql?query=${encodeURIComponent(query)}`;
    expect((await fetch(url)).status).toBe(400);
    const headers = { 'apollo-require-preflight': 'true' };
    expect((await fetch(url, { headers })).status).toBe(200);
  });
});

describe('tokens', () => {
  it.each([
    ['no token', {}, query, 401, 'UNAUTHENTICATED'],
    ['a wrong token', bearer('wrong'), query, 401, 'UNAUTHENTICATED'],
    ['the read token, to read', bearer(readToken), query, 200, undefined],
    ['the read token, to change', bearer(readToken), mutation, 403, 'FORBIDDEN'],
    ['the token, to change', bearer(token), mutation, 200, 'NOT_FOUND'],
    ['the token in a cookie', { cookie: `whetstone_token=${token}` }, mutation, 200, 'NOT_FOUND'],
  ])('HTTP with %s', async (...[, headers, operation, status, code]) => {
    const answer = await locked.post(operation, { headers });
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([status, code]);
  });

  it.each([
    ['no token', undefined, 'closed 4403'],
    ['a wrong token', { token: 'wrong' }, 'closed 4403'],
    ['the read token', { token: readToken }, 'NOT_FOUND: '],
    ['the token as a header would be', { authorization: `Bearer ${token}` }, 'NOT_FOUND: '],
  ])('a socket with %s', async (_sentence, connectionParams, how) => {
    const subscription = subscribe(locked.address, {
      query: `subscription { runEvents(runId: "run_none") { seq } }`,
      ...(connectionParams && { connectionParams }),
    });
    expect(await subscription.ended).toContain(how);
  });

  it('a socket with the token in its cookie', async () => {
    const subscription = subscribe(locked.address, {
      query,
      headers: { cookie: `whetstone_token=${token}` },
    });
    expect(await subscription.ended).toBe('completed');
  });

  it('the read token changes nothing over a socket either', async () => {
    const options = { query: mutation, connectionParams: { token: readToken } };
    expect(await subscribe(locked.address, options).ended).toContain('FORBIDDEN');
  });

  it('pictures and files want a token, health does not', async () => {
    const status = async (path: string) => (await fetch(`${locked.address}${path}`)).status;
    expect(await status('/images/items/ds_1/1/0')).toBe(401);
    expect(await status('/artifacts/runs/run_1/one.json')).toBe(401);
    expect(await status('/healthz')).toBe(200);
    expect(await status('/readyz')).toBe(200);
  });

  it('a login sets a cookie that opens the rest', async () => {
    const post = (body: string) =>
      fetch(`${locked.address}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    expect((await post('{"token":"wrong"}')).status).toBe(401);
    expect((await post('no json')).status).toBe(400);
    const right = await post(JSON.stringify({ token: readToken }));
    expect(await right.json()).toEqual({ access: 'read' });
    const cookie = right.headers.get('set-cookie')!.split(';', 1)[0]!;
    const { data } = await locked.post(`{ system { readOnly } }`, { headers: { cookie } });
    expect(data).toEqual({ system: { readOnly: true } });
  });
});

describe('limits', () => {
  const nested = `{ runs { edges { node { dataset { items { edges { node { id } } } } } } } }`;
  const deep = `{ run(id: "x") { dataset { ${'items { edges { node { '.repeat(1)} id } } } } } }`;
  const tooDeep = `{ a: __typename ${'runs { edges { node { '.repeat(5)} id ${'} } } '.repeat(5)} }`;

  it('introspection is within them', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    expect((await open.post(getIntrospectionQuery())).errors).toBeUndefined();
  });

  it.each([
    ['a page of pages', nested, undefined],
    ['a plain query', deep, undefined],
    [
      'large pages of large pages',
      nested.replaceAll('runs', 'runs(first: 100)').replaceAll('items', 'items(first: 100)'),
      'TOO_COMPLEX',
    ],
    [
      'many aliases of what is heavy',
      `{ run(id: "x") { ${Array.from({ length: 1200 }, (_, index) => `a${index}: seriesNames`).join(' ')} } }`,
      'TOO_COMPLEX',
    ],
    ['a field that there is not', `{ nothing }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['no query at all', `{`, 'GRAPHQL_PARSE_FAILED'],
    ['more tokens than any query has', `{ ${'a '.repeat(11_000)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['levels without end', tooDeep, 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s', async (_sentence, operation, code) => {
    const { errors } = await open.post(operation);
    expect(errors?.[0]?.extensions.code).toBe(code);
    const how = await subscribe(open.address, { query: operation }).ended;
    expect(how).toContain(code ?? 'completed');
  });

  it('a message of more than a megabyte closes its socket', async () => {
    const socket = new WebSocket(
      `${open.address.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(2 ** 20 + 1));
    expect(await closed).toBe(1009);
  });

  it('a body of more than a megabyte is refused', async () => {
    const { status } = await open.post(query, { variables: { x: 'x'.repeat(2 ** 20) } });
    expect(status).toBe(413);
  });

  it('variables that do not fit are told as bad input', async () => {
    const operation = `query ($id: ID!) { run(id: $id) { id } }`;
    const { errors } = await open.post(operation);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(await subscribe(open.address, { query: operation }).ended).toContain('BAD_USER_INPUT');
  });
});

describe('answers', () => {
  it('node finds nothing where there is nothing', async () => {
    expect(await open.ask(`{ node(id: "run_none") { id } }`)).toEqual({ node: null });
  });

  it('an address that there is not says what there is', async () => {
    const response = await fetch(`${open.address}/nothing`);
    expect([response.status, await response.text()]).toEqual([
      404,
      expect.stringContaining('/graphql'),
    ]);
  });

  it.each([
    ['a size out of range', '/images/items/ds_1/1/0?size=4', 400],
    ['a size that is no number', '/images/items/ds_1/1/0?size=big', 400],
    ['a dataset that there is not', '/images/items/ds_1/1/0', 404],
    ['a path in disguise', '/images/items/..%2f..%2fetc/1/0', 404],
    ['a file in disguise', '/artifacts/runs/run_1/..%2f..%2fwhetstone.sqlite', 404],
    ['a run in disguise', '/artifacts/runs/../whetstone.sqlite', 404],
  ])('%s', async (_sentence, path, status) => {
    expect((await raw(open, { Host: 'localhost' }, path)).status).toBe(status);
  });

  it('the system says what runs here', async () => {
    const { system } = await open.ask<{ system: object }>(
      `{ system { engine engineReady device store queue readOnly dataRoots } }`,
    );
    expect(system).toEqual({
      engine: 'formula 1.0.0',
      engineReady: true,
      device: 'paper',
      store: 'SQLite',
      queue: 'in process',
      readOnly: false,
      dataRoots: [open.dir],
    });
  });
});
