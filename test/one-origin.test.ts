import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { post } from './support/graphql.js';
import { type Program, removeFolders, startProgram } from './support/program.js';

const writeToken = 'a-secret-to-write-with';
const readToken = 'a-secret-to-read-with';
const doors = ['dashboard', 'api'] as const;
type Headers = Readonly<Record<string, string>>;

/** The status of a plain request with the headers as given, `Host` too, which `fetch` forbids. */
function statusOf(address: string, headers: Headers): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${address}/graphql`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ query: '{ __typename }' }));
  });
}

/** Whether a WebSocket handshake with these headers is let in, or the status that refuses it. */
function handshake(address: string, headers: Headers): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(
      `${address.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
      { headers },
    );
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => undefined);
  });
}

describe.each(doors)('The %s', (door) => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram();
  });
  afterAll(async () => {
    await program.stop();
    await removeFolders();
  });

  const cases: readonly (readonly [string, (host: string) => Headers, boolean])[] = [
    ['a tool without an origin', () => ({}), true],
    ['its own page', (host) => ({ origin: `http://${host}` }), true],
    ['its own page under another loopback name', (host) => named(host, 'localhost'), true],
    ['a page from elsewhere', () => ({ origin: 'https://example.org' }), false],
    ['a page without an address (sandboxed)', () => ({ origin: 'null' }), false],
    ['a page on another port', () => ({ origin: 'http://127.0.0.1:9' }), false],
    ['a name that points here by DNS', (host) => named(host, 'rebound.example.org'), false],
  ];

  it.each(cases)('answers over HTTP only if it may: %s', async (_sentence, headers, let_in) => {
    const address = program[door];
    const status = await statusOf(address, headers(new URL(address).host));
    expect(status).toBe(let_in ? 200 : 403);
  });

  it.each(cases)('opens a socket only if it may: %s', async (_sentence, headers, let_in) => {
    const address = program[door];
    const status = await handshake(address, headers(new URL(address).host));
    expect(status).toBe(let_in ? 101 : 403);
  });
});

describe('With tokens', () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram({
      env: { WHETSTONE_TOKEN: writeToken, WHETSTONE_READ_TOKEN: readToken },
    });
  });
  afterAll(async () => {
    await program.stop();
    await removeFolders();
  });

  const stopRun = `mutation { stopRun(id: "none") { run { id } } }`;
  const cases: readonly (readonly [string, string | undefined, string, string | undefined])[] = [
    ['refuses a reader without a token', undefined, '{ runs { totalCount } }', 'UNAUTHENTICATED'],
    ['refuses a wrong token', 'guess', '{ runs { totalCount } }', 'UNAUTHENTICATED'],
    ['lets the read token read', readToken, '{ runs { totalCount } }', undefined],
    ['lets the read token change nothing', readToken, stopRun, 'FORBIDDEN'],
    ['lets the write token try', writeToken, stopRun, 'NOT_FOUND'],
  ];
  it.each(cases)('%s', async (...[, token, query, code]) => {
    for (const door of doors) {
      const answer = await post(program[door], query, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
      expect(answer.errors?.[0]?.extensions?.code).toBe(code);
    }
  });
});

/** The headers of a page that was opened under another name of the same address. */
function named(host: string, name: string): Headers {
  const other = `${name}:${host.split(':')[1] ?? ''}`;
  return { host: other, origin: `http://${other}` };
}
