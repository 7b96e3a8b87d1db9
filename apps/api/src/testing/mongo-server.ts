import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { cacheDirectory } from '@whetstone/training';
import { MongoClient } from 'mongodb';

/** Where the set-up puts what stands in for MongoDB. */
const folder = path.join(cacheDirectory(process.env), 'mongo-stand-in');
const ownServer = process.env['MONGODB_URL']?.trim() || undefined;

/** A server for tests. */
export interface MongoServer {
  /** URL of a database that nobody else uses; `close` drops it. */
  freshDatabase(): string;
  close(): Promise<void>;
}

export interface StandIn extends MongoServer {
  /** On 127.0.0.1. */
  readonly port: number;
}

/** Why there is no stand-in for MongoDB to test with; null: there is one. */
export const noStandIn: string | null = existsSync(path.join(folder, 'build'))
  ? null
  : 'no stand-in is there; `npm test` fetches it, with Java 17 and Maven';

/** Why there is no server at all to test with; null: there is one. */
export const noMongo: string | null = ownServer === undefined ? noStandIn : null;

/** The server of MONGODB_URL, or a stand-in. */
export function startMongo(): Promise<MongoServer> {
  if (ownServer === undefined) return startStandIn();
  return Promise.resolve(databasesOf(ownServer));
}

/** A server of one's own that speaks MongoDB's protocol and keeps everything in memory. */
export async function startStandIn(): Promise<StandIn> {
  const classPath = [path.join(folder, 'classes'), path.join(folder, 'lib', '*')];
  // It ends when its standard input closes, so with the test that was killed too.
  const child = spawn('java', ['-cp', classPath.join(path.delimiter), 'MongoStandIn'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const port = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => Number(line)),
    ended.then(([code]) => {
      throw new Error(`The stand-in for MongoDB ended with ${String(code)}`);
    }),
  ]);
  const databases = databasesOf(`mongodb://127.0.0.1:${port}/test`);
  return {
    port,
    freshDatabase: () => databases.freshDatabase(),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

function databasesOf(url: string): MongoServer {
  const made: string[] = [];
  return {
    freshDatabase() {
      const fresh = withDatabase(url, `whetstone_test_${randomBytes(6).toString('hex')}`);
      made.push(fresh);
      return fresh;
    },
    async close() {
      for (const database of made.splice(0)) await drop(database);
    },
  };
}

const withDatabase = (url: string, database: string) =>
  url.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${database}`);

async function drop(url: string): Promise<void> {
  const client = new MongoClient(url);
  await client.db().dropDatabase();
  await client.close();
}
