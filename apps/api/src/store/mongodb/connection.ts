import { type Db, MongoClient, type MongoClientOptions, ReadConcern, WriteConcern } from 'mongodb';
import { ConfigError } from '../../config.js';
import { messageOf } from '../../errors.js';

/** What the URL may say otherwise. */
const PATIENCE: MongoClientOptions = {
  // A person who asks waits no longer than this for an answer; a worker keeps what it has to write.
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 60_000,
};

/**
 * What the URL may not: an acknowledged write is on the disks of a majority, so that no change of
 * primary takes it back, and a read sees nothing that could be taken back.
 */
const CONCERNS = {
  writeConcern: new WriteConcern('majority', 10_000, true),
  readConcern: new ReadConcern('majority'),
  readPreference: 'primary',
} as const;

export interface Connection {
  readonly database: Db;
  close(): Promise<void>;
}

/** The database could not be opened. The message holds neither user nor password. */
export class StoreUnreachableError extends Error {
  override readonly name = 'StoreUnreachableError';

  constructor(url: string, cause: unknown) {
    super(
      `Expected to reach the database of MONGODB_URL, ${withoutSecrets(url)}, received: ${reasonOf(cause, url)}. See that the server runs, that this machine may reach it, and that user and password are right`,
      { cause },
    );
  }
}

/** Connects to the server of a URL that names a database. */
export async function connect(url: string): Promise<Connection> {
  const client = clientFor(url);
  try {
    await client.connect();
    await client.db('admin').command({ ping: 1 });
  } catch (error) {
    await client.close();
    throw new StoreUnreachableError(url, error);
  }
  return { database: client.db(undefined, CONCERNS), close: () => client.close() };
}

function clientFor(url: string): MongoClient {
  const isSaid = (name: string) => new RegExp(`[?&]${name}=`, 'i').test(url);
  const patience = Object.entries(PATIENCE).filter(([name]) => !isSaid(name));
  try {
    return new MongoClient(url, {
      appName: 'whetstone',
      ignoreUndefined: true,
      ...Object.fromEntries(patience),
    });
  } catch (error) {
    // Without its cause, which may quote the URL.
    throw new ConfigError([
      `Expected MONGODB_URL to be a connection string that MongoDB's driver understands, received ${withoutSecrets(url)}: ${reasonOf(error, url)}`,
    ]);
  }
}

/** Hosts and database, without user, password and options. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//').replace(/\?.*$/, '');
}

function reasonOf(error: unknown, url: string): string {
  const [, secrets] = /\/\/([^/]*)@/.exec(url) ?? [];
  const message = messageOf(error);
  return secrets === undefined ? message : message.replaceAll(secrets, '…');
}
