import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { drawShapes } from '@whetstone/training/testing';
import { afterEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { importedDataset, runEnds, startRun, whenStep } from './testing/runs.js';
import { subscribe } from './testing/subscribe.js';
import { cleanUp, startTestApp, type TestApp, temporaryFolder } from './testing/test-app.js';

afterEach(cleanUp);

/** A program that trains, and takes `batchMs` for the batch at hand when it is asked to end. */
async function training(trainer: Readonly<Record<string, string>>) {
  const dir = await temporaryFolder();
  const shapes = path.join(dir, 'shapes');
  const drawn = { classes: ['circle', 'square'], perClass: 4, size: 16, seed: 1 } as const;
  await drawShapes({ dir: shapes, ...drawn });
  const app = await startTestApp({ dir, trainer });
  const datasetId = await importedDataset(app, shapes);
  const id = await startRun(app, {
    datasetId,
    phases: [{ fit: { epochs: 3, learningRate: 1e-3 } }],
  });
  return { app, id };
}

interface Batches {
  readonly steps: readonly number[];
}

const follow = ({ address }: TestApp, id: string, afterStep: number | null) =>
  subscribe<Batches>(address, {
    query: `subscription ($id: ID!, $afterStep: Int) {
      batchMetrics(runId: $id, afterStep: $afterStep) { steps }
    }`,
    variables: { id, afterStep },
  });

const stepsOf = (received: readonly Batches[]) => received.flatMap(({ steps }) => steps);

/** The status that refuses a socket; 101 if it opens. */
function handshake(address: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const url = `${address.replace('http', 'ws')}/graphql`;
    const socket = new WebSocket(url, 'graphql-transport-ws');
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode);
    });
    socket.on('error', reject);
  });
}

const body = JSON.stringify({ query: '{ runs { totalCount } }' });

/** A request of which the first half has been sent. */
async function halfARequest({ address }: TestApp): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const head = [
    'POST /graphql HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 9)}`);
  return socket;
}

it('is no longer ready at once, opens no more sockets, and answers until its trainer has ended', async () => {
  const { app, id } = await training({ FORMULA_BATCH_MS: '700' });
  await whenStep(app, id, 0);
  expect((await fetch(`${app.address}/readyz`)).status).toBe(200);
  let isClosed = false;
  const closing = app.close().then(() => (isClosed = true));
  const readyz = await fetch(`${app.address}/readyz`);
  expect([readyz.status, await readyz.text()]).toEqual([503, expect.stringContaining('is ending')]);
  expect(await handshake(app.address)).toBe(503);
  const healthz = await fetch(`${app.address}/healthz`);
  expect([healthz.status, healthz.headers.get('connection')]).toEqual([200, 'close']);
  expect((await app.post('{ runs { totalCount } }')).data).toEqual({ runs: { totalCount: 1 } });
  // Without this, all of the above could have been answered by luck before the end began.
  expect(isClosed).toBe(false);
  await closing;
  await expect(fetch(`${app.address}/healthz`)).rejects.toThrow();
});

it('sends subscribers away with 1001, and who comes back with the last step misses nothing', async () => {
  const { app, id } = await training({ FORMULA_BATCH_MS: '30' });
  const first = follow(app, id, null);
  await first.until((received) => stepsOf(received).length > 2);
  await app.close();
  expect(await first.ended).toBe('closed 1001');
  const seen = stepsOf(first.received);

  const next = await startTestApp({ dir: app.dir });
  const second = follow(next, id, seen.at(-1)!);
  expect(await second.ended).toBe('completed');
  expect([...seen, ...stepsOf(second.received)]).toEqual(
    Array.from({ length: 18 }, (_, step) => step),
  );
});

it('answers the requests that are under way', async () => {
  const app = await startTestApp();
  const socket = await halfARequest(app);
  // Whoever sends nothing has nothing under way.
  const { hostname, port } = new URL(app.address);
  const silent = connect(Number(port), hostname);
  await once(silent, 'connect');
  const closing = app.close();
  await once(silent, 'close');
  socket.write(body.slice(9));
  const answer = await text(socket);
  expect(answer).toContain('HTTP/1.1 200 OK');
  expect(answer).toContain('{"data":{"runs":{"totalCount":0}}}');
  await closing;
});

it('cuts off what does not end in time: a trainer, a request, a client that hears no goodbye', async () => {
  const { app, id } = await training({ FORMULA_BATCH_MS: '400', FORMULA_IGNORES_STOP: '1' });
  await whenStep(app, id, 1);
  const request = await halfARequest(app);
  const deaf = new WebSocket(
    `${app.address.replace('http', 'ws')}/graphql`,
    'graphql-transport-ws',
  );
  await once(deaf, 'open');
  deaf.pause();
  await app.close();
  expect(await text(request)).toBe('');
  deaf.terminate();

  const next = await startTestApp({ dir: app.dir });
  expect(await runEnds(next, id)).toBe('SUCCEEDED');
  const log = subscribe<{ reason?: string | null }>(next.address, {
    query: `subscription ($id: ID!) { runEvents(runId: $id) { ... on RunStatusChanged { reason } } }`,
    variables: { id },
  });
  expect(await log.ended).toBe('completed');
  const reasons = log.received.map(({ reason }) => reason ?? '');
  // It could still say so itself, rather than be found dead by the next process.
  expect(reasons.some((reason) => reason.includes('The program was ended'))).toBe(true);
  expect(reasons.some((reason) => reason.includes('without notice'))).toBe(false);
});
