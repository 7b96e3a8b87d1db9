import { HubConnection, type HubConnectionOptions } from './hub-connection.js';
import { HubFileCorruptError } from './hub-errors.js';
import { addressOf } from './hub-source.js';
import type { PartFile } from './part-file.js';
import type { RemoteFile } from './remote-file.js';
import { Interruption, withRetries } from './retries.js';

/** How far a download has come. */
export interface HubProgress {
  readonly bytes: number;
  /** Null where the hub does not say. */
  readonly total: number | null;
}

export interface DownloadOptions extends HubConnectionOptions {
  readonly remote: RemoteFile;
  readonly part: PartFile;
  readonly onProgress?: ((progress: HubProgress) => void) | undefined;
}

/** Often enough for a bar to run smoothly. */
const REPORT_EVERY_MS = 100;

/**
 * Fetches what the part does not have yet, over as many connections as it takes.
 *
 * @throws Interruption when too many in a row brought nothing.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { remote, part, clock, signal, onProgress } = options;
  if (remote.bytes !== null && part.bytes > remote.bytes) await part.empty();
  let reportedAt = -Infinity;
  const report = (isLast = false) => {
    if (!isLast && clock.now() - reportedAt < REPORT_EVERY_MS) return;
    reportedAt = clock.now();
    onProgress?.({ bytes: part.bytes, total: remote.bytes });
  };
  report();
  await withRetries(() => fetchRest(options, report), {
    clock,
    signal,
    progress: () => part.bytes,
  });
  report(true);
}

/** One connection: from where the part ends to the end of the file, or as far as it goes. */
async function fetchRest(options: DownloadOptions, report: () => void): Promise<void> {
  const { remote, part, hub, source } = options;
  if (part.bytes === remote.bytes) return;
  const connection = new HubConnection(options);
  try {
    // The commit, not the branch: a push in between must not mix two files.
    const response = await connection.ask(
      addressOf(hub.endpoint, { ...source, revision: remote.commit }),
      { method: 'GET', headers: part.bytes > 0 ? { range: `bytes=${part.bytes}-` } : {} },
    );
    if ((await placeAnswer(response, part)) === 'at the end') {
      await response.body?.cancel();
      return;
    }
    for await (const chunk of connection.read(response)) {
      await part.append(chunk);
      if (remote.bytes !== null && part.bytes > remote.bytes) {
        await part.empty();
        throw new HubFileCorruptError(source, `${remote.bytes} bytes`, 'more');
      }
      report();
    }
    if (remote.bytes !== null && part.bytes < remote.bytes) {
      throw new Interruption('an end too early');
    }
  } finally {
    connection.close();
  }
}

/** Finds where an answer belongs, and empties the part where it begins at the file's start. */
async function placeAnswer(response: Response, part: PartFile): Promise<'here' | 'at the end'> {
  const range = response.headers.get('content-range') ?? '';
  if (response.status === 206 && Number(/^bytes (\d+)-/.exec(range)?.[1]) === part.bytes) {
    return 'here';
  }
  if (response.status === 416 && Number(/^bytes \*\/(\d+)$/.exec(range)?.[1]) === part.bytes) {
    return 'at the end';
  }
  const resumed = part.bytes > 0;
  await part.empty();
  // The server knows no ranges and sends everything.
  if (response.status === 200 || !resumed) return 'here';
  await response.body?.cancel();
  throw new Interruption(`status ${response.status} with the range "${range}"`);
}
