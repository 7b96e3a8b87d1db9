import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { LiveLink } from '../graphql/live-link.js';
import { LossSeries } from './loss-series.js';
import { watchBatches } from './watch-batches.js';

const schema = buildSchema(`
  scalar MetricValue
  type Query { version: Int }
  type Subscription { batchMetrics(runId: ID!, afterStep: Int): BatchMetrics! }
  type BatchMetrics {
    steps: [Int!]! epochs: [Int!]! losses: [MetricValue!]! smoothedLosses: [MetricValue!]!
    learningRates: [MetricValue!]! momentums: [MetricValue!]! rewoundTo: Int
  }
`);

const LAST_STEP = 30;

/** Sends the steps behind the cursor one by one, up to where `trained()` is; ends after the last. */
async function* batches(afterStep: number | null, trained: () => number) {
  for (let step = (afterStep ?? -1) + 1; step <= LAST_STEP; step += 1) {
    while (step > trained()) await new Promise((resolve) => setTimeout(resolve, 2));
    const columns = { losses: [step], smoothedLosses: [step], learningRates: [1], momentums: [1] };
    yield { batchMetrics: { steps: [step], epochs: [0], rewoundTo: null, ...columns } };
  }
}

describe('watchBatches', () => {
  let http: Server;
  let sockets: WebSocketServer;
  let link: LiveLink;
  let cursors: (number | null)[];
  let refuse: boolean;
  let trained: number;

  beforeEach(async () => {
    cursors = [];
    refuse = false;
    trained = LAST_STEP;
    http = createServer();
    sockets = new WebSocketServer({ server: http, path: '/graphql' });
    useServer(
      {
        schema,
        onConnect: () => !refuse,
        roots: {
          subscription: {
            batchMetrics: ({
              runId,
              afterStep = null,
            }: {
              runId: string;
              afterStep?: number | null;
            }) => {
              if (runId !== 'known') throw new GraphQLError('There is no such run');
              cursors.push(afterStep);
              return batches(afterStep, () => trained);
            },
          },
        },
      },
      sockets,
    );
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    link.close();
    for (const socket of sockets.clients) socket.terminate();
    await new Promise((resolve) => http.close(resolve));
  });

  function openLink(onUnauthenticated = () => undefined): LiveLink {
    const { port } = http.address() as AddressInfo;
    link = new LiveLink({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
      longestWaitMs: 20,
      onUnauthenticated,
    });
    return link;
  }

  it.each<[string, (socket: WebSocket) => void]>([
    [
      'is cut',
      (socket) => {
        socket.terminate();
      },
    ],
    [
      'is closed because its server ends',
      (socket) => {
        socket.close(1001, 'Going away');
      },
    ],
  ])(
    'goes on behind the last step it has when the socket %s, without gap or repetition',
    async (_sentence, end) => {
      const series = new LossSeries();
      watchBatches(openLink(), 'known', series);
      for (trained of [5, 12, 20]) {
        await expect.poll(() => series.lastStep).toBe(trained);
        for (const socket of sockets.clients) end(socket);
      }
      trained = LAST_STEP;
      await expect.poll(() => series.lastStep).toBe(LAST_STEP);
      const every = Array.from({ length: LAST_STEP + 1 }, (_, step) => step);
      expect([...series.column('steps')]).toEqual(every);
      expect(cursors).toEqual([null, 5, 12, 20]);
    },
  );

  it('does not ask again for a run that has ended', async () => {
    const series = new LossSeries();
    watchBatches(openLink(), 'known', series);
    await expect.poll(() => series.lastStep).toBe(LAST_STEP);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const states: string[] = [];
    link.connection.onChange(() => states.push(link.connection.current.state));
    for (const socket of sockets.clients) socket.terminate();
    await expect.poll(() => states).toEqual(['reconnecting', 'live']);
    expect(cursors).toEqual([null]);
  });

  it('adds nothing after it was told to stop', async () => {
    trained = 3;
    const series = new LossSeries();
    const stop = watchBatches(openLink(), 'known', series);
    await expect.poll(() => series.lastStep).toBe(3);
    stop();
    trained = LAST_STEP;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(series.lastStep).toBe(3);
  });

  it('stays empty for a run that does not exist', async () => {
    const series = new LossSeries();
    watchBatches(openLink(), 'unknown', series);
    await expect.poll(() => link.connection.current.state).toBe('live');
    expect(series.length).toBe(0);
  });

  it('says so when the server wants a token', async () => {
    refuse = true;
    const asked = new Promise<void>((resolve) => {
      openLink(() => {
        resolve();
        return undefined;
      });
    });
    await asked;
  });
});
