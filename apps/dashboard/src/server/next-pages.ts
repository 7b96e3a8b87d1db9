import { Server } from 'node:http';
import path from 'node:path';
import next from 'next';
import type { DashboardConfig } from './config.js';
import type { Pages } from './dashboard-server.js';

// Next's types describe a default export inside the CommonJS module, which is the function itself.
const createNextServer = next as unknown as typeof next.default;

/** Prepares the pages that Next.js built, or, in development, builds as they are asked for. */
export async function prepareNextPages({ dev, host, port }: DashboardConfig): Promise<Pages> {
  // Next would add a listener of its own for upgrades, `/graphql` among them: give it a server that
  // never listens, and pass on what is its.
  const upgrades = new Server();
  const app = createNextServer({
    dev,
    dir: path.resolve(import.meta.dirname, '../..'),
    hostname: host,
    port,
    httpServer: upgrades,
  });
  await app.prepare();
  const answer = app.getRequestHandler();
  return {
    answer: (request, response) => answer(request, response),
    upgrade(request, socket, head) {
      if (!dev || !upgrades.emit('upgrade', request, socket, head)) socket.destroy();
    },
    close: () => app.close(),
  };
}
