import { access } from 'node:fs/promises';
import path from 'node:path';
import { InvalidOptionError } from '../errors.js';
import { checksumOf, digestOf } from './checksum.js';
import { assertRoom, diskErrorOf } from './disk-room.js';
import { download, type DownloadOptions, type HubProgress } from './download.js';
import { HubConnection, type HubConnectionOptions } from './hub-connection.js';
import { HubFileCorruptError, HubOfflineError, HubUnreachableError } from './hub-errors.js';
import { type HubOptions, hubOptions } from './hub-options.js';
import { assertSource } from './hub-source.js';
import { PartFile } from './part-file.js';
import { askForFile, type RemoteFile } from './remote-file.js';
import { type Clock, Interruption, systemClock, withRetries } from './retries.js';

export interface FetchHubFileOptions {
  /** As in the address of the model's page: `owner/name`. */
  readonly repository: string;
  /** Path in the repository, with forward slashes. */
  readonly file: string;
  /** Branch, tag or commit. @default 'main' */
  readonly revision?: string | undefined;
  readonly cacheDir: string;
  /** Path below the cache. @default `hub/<repository>/<revision>/<file>` */
  readonly as?: string;
  /** @default what the environment says */
  readonly hub?: HubOptions | undefined;
  /** Ends the download. What has come is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Hears at most ten times a second how far it is, and once more at the end. */
  readonly onProgress?: ((progress: HubProgress) => void) | undefined;
  /** @default the machine's own */
  readonly clock?: Clock | undefined;
  /** A connection on which nothing comes for so long is given up. @default 60 s */
  readonly silenceMs?: number;
}

/**
 * Gives the path of a hub's file in the cache, and fetches it first where it is not there. A file that
 * is there is taken as it is: delete it to fetch it afresh. A download that was cut off continues
 * where it ended; what does not add up to the hub's checksum is thrown away.
 *
 * @throws TrainingError with the code of what went wrong, or the signal's reason.
 */
export async function fetchHubFile({
  repository,
  file,
  revision = 'main',
  cacheDir,
  as = `hub/${repository}/${revision}/${file}`,
  hub = hubOptions(),
  clock = systemClock,
  onProgress,
  ...rest
}: FetchHubFileOptions): Promise<string> {
  const source = { repository, file, revision };
  assertSource(source);
  const target = path.resolve(cacheDir, as);
  if (!target.startsWith(path.resolve(cacheDir) + path.sep)) {
    throw new InvalidOptionError('as', as, 'a path below the cache');
  }
  rest.signal?.throwIfAborted();
  if (await fileExists(target)) return target;
  if (hub.offline) throw new HubOfflineError(source, target);

  const connection = { hub, source, clock, ...rest };
  const remote = await askHub(connection);
  const part = await PartFile.claim(target, remote.etag, clock);
  try {
    await assertRoom(target, (remote.bytes ?? 0) - part.bytes);
    await fill({ ...connection, remote, part, onProgress });
    await assertWhole({ ...connection, remote, part });
    await part.finish();
    return target;
  } catch (error) {
    throw diskErrorOf(error, target);
  } finally {
    await part.release();
  }
}

async function askHub(options: HubConnectionOptions): Promise<RemoteFile> {
  const { hub, source, clock, signal } = options;
  try {
    return await withRetries(
      async () => {
        const connection = new HubConnection(options);
        try {
          return await askForFile(connection, hub.endpoint, source);
        } finally {
          connection.close();
        }
      },
      { clock, signal },
    );
  } catch (cause) {
    if (!(cause instanceof Interruption)) throw cause;
    const reached = { reason: cause.message, bytes: 0, total: null };
    throw new HubUnreachableError(source, reached, { cause });
  }
}

async function fill(options: DownloadOptions): Promise<void> {
  try {
    await download(options);
  } catch (cause) {
    if (!(cause instanceof Interruption)) throw cause;
    const { part, remote, source } = options;
    const reached = { reason: cause.message, bytes: part.bytes, total: remote.bytes };
    throw new HubUnreachableError(source, reached, { cause });
  }
}

async function assertWhole({ part, remote, source }: DownloadOptions): Promise<void> {
  const checksum = checksumOf(remote.etag);
  if (checksum === null) return;
  const { kind, digest } = checksum;
  const received = await digestOf(part.handle, kind);
  if (received === digest) return;
  await part.empty();
  throw new HubFileCorruptError(source, `the ${kind} ${digest}`, received);
}

/** Whether there is a file at a path. */
export const fileExists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
