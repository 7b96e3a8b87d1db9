import { TrainingError } from '../errors.js';
import type { HubSource } from './hub-source.js';

const named = ({ repository, file, revision }: HubSource): string =>
  `${file} of ${repository} at ${revision}`;

/** The hub has no such repository, revision or file. */
export class HubFileNotFoundError extends TrainingError {
  override readonly name = 'HubFileNotFoundError';
  readonly code = 'HUB_FILE_NOT_FOUND';
  readonly missing: 'repository' | 'revision' | 'file' | 'repository or file';

  constructor(source: HubSource, missing: HubFileNotFoundError['missing'], page: string) {
    super(
      `Expected ${named(source)} on the hub, received 404: it has no such ${missing}. ` +
        `Look at ${page} for the right name`,
    );
    this.missing = missing;
  }
}

/** The hub does not give the file to whoever asks, or not without a token. */
export class HubAccessError extends TrainingError {
  override readonly name = 'HubAccessError';
  readonly code = 'HUB_ACCESS_DENIED';
  readonly status: number;

  constructor(
    source: HubSource,
    { status, page, hadToken }: { status: number; page: string; hadToken: boolean },
  ) {
    const remedy = hadToken
      ? `Check that HF_TOKEN is still valid and may read this repository, and accept the licence on ${page} if it asks for that`
      : `Set HF_TOKEN to a token of yours, and accept the licence on ${page} if it asks for that; a repository that does not exist is answered like this as well, so check the name`;
    super(
      `Expected to be let in to ${named(source)}, received ${status} ` +
        `${hadToken ? 'in spite of HF_TOKEN' : 'without a token'}. ${remedy}`,
    );
    this.status = status;
  }
}

/** The hub could not be reached, or broke off too often. What has come is kept. */
export class HubUnreachableError extends TrainingError {
  override readonly name = 'HubUnreachableError';
  readonly code = 'HUB_UNREACHABLE';
  /** How much of the file there is already. */
  readonly bytes: number;

  constructor(
    source: HubSource,
    { reason, bytes, total }: { reason: string; bytes: number; total: number | null },
    options: ErrorOptions,
  ) {
    const got = `${bytes} of ${total ?? 'an unknown number of'} bytes`;
    const remedy =
      bytes > 0
        ? 'They are kept: the next call continues there'
        : 'Check the network and HF_ENDPOINT, then call again';
    super(`Expected ${named(source)}, received ${reason}, after ${got}. ${remedy}`, options);
    this.bytes = bytes;
  }
}

/** The file is not in the cache, and the network must not be asked. */
export class HubOfflineError extends TrainingError {
  override readonly name = 'HubOfflineError';
  readonly code = 'HUB_OFFLINE';

  constructor(source: HubSource, target: string) {
    super(
      `Expected ${named(source)} at ${target}, found no file, and HF_HUB_OFFLINE forbids to fetch it. ` +
        'Unset HF_HUB_OFFLINE, or put the file there yourself',
    );
  }
}

/** What came is not what the hub announced. It has been thrown away. */
export class HubFileCorruptError extends TrainingError {
  override readonly name = 'HubFileCorruptError';
  readonly code = 'HUB_FILE_CORRUPT';
  readonly expected: string;
  readonly received: string;

  constructor(source: HubSource, expected: string, received: string) {
    super(
      `Expected ${named(source)} to have ${expected}, received ${received}. ` +
        'It was thrown away: call again to fetch it afresh; if it stays so, something between here and the hub changes files',
    );
    this.expected = expected;
    this.received = received;
  }
}

/** Whoever answers at the endpoint does not speak as a hub does. */
export class HubAnswerError extends TrainingError {
  override readonly name = 'HubAnswerError';
  readonly code = 'HUB_ANSWER_UNEXPECTED';

  constructor(address: string, expected: string, received: string) {
    super(
      `Expected ${expected} from ${address}, received ${received}. ` +
        'Check that HF_ENDPOINT is the address of a Hugging Face hub and that no login page stands before it',
    );
  }
}

/** There is no room for the file. */
export class DiskFullError extends TrainingError {
  override readonly name = 'DiskFullError';
  readonly code = 'DISK_FULL';

  constructor(
    file: string,
    { needed, free }: { needed: string; free: string },
    options?: ErrorOptions,
  ) {
    super(
      `Expected room for ${needed} at ${file}, found ${free}. ` +
        'Make room, or set WHETSTONE_CACHE to a folder on another disk; what has come is kept, and the next call continues there',
      options,
    );
  }
}
