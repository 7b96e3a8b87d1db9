import type { HubConnection } from './hub-connection.js';
import { HubAnswerError } from './hub-errors.js';
import { addressOf, type HubSource } from './hub-source.js';

/** What a hub says about a file before it sends it. */
export interface RemoteFile {
  /** The commit that the revision meant when it was asked. */
  readonly commit: string;
  readonly etag: string;
  /** Null where the hub does not say. */
  readonly bytes: number | null;
}

/**
 * Asks for a file's commit, entity tag and size. The answer is the hub's own: what it says of a
 * large file stands in the redirect to the host that stores it.
 */
export async function askForFile(
  connection: HubConnection,
  endpoint: string,
  source: HubSource,
): Promise<RemoteFile> {
  const address = addressOf(endpoint, source);
  const response = await connection.ask(address, {
    method: 'HEAD',
    isAnswer: ({ headers }) => headers.has('x-repo-commit'),
  });
  const { headers } = response;
  const commit = headers.get('x-repo-commit');
  if (commit === null || !/^[\w.-]+$/.test(commit)) {
    throw new HubAnswerError(address, 'a header `X-Repo-Commit`', commit ?? 'none');
  }
  const etag = headers.get('x-linked-etag') ?? headers.get('etag');
  if (etag === null) throw new HubAnswerError(address, 'a header `ETag`', 'none');
  // The length of a redirect is not that of the file.
  const size = headers.get('x-linked-size') ?? (response.ok ? headers.get('content-length') : null);
  return { commit, etag: opaqueTag(etag), bytes: size === null ? null : parseSize(address, size) };
}

/** `W/"tag"` and `"tag"` are both `tag`. */
const opaqueTag = (etag: string): string => etag.trim().replace(/^W\//, '').replaceAll('"', '');

function parseSize(address: string, size: string): number {
  if (/^\d+$/.test(size) && Number.isSafeInteger(Number(size))) return Number(size);
  throw new HubAnswerError(address, 'a size in bytes', size);
}
