import { InvalidOptionError } from '../errors.js';

/** A file on a hub. */
export interface HubSource {
  /** As in the address of the model's page: `owner/name`. */
  readonly repository: string;
  /** Path in the repository, with forward slashes. */
  readonly file: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

/** Throws where a name could lead out of the cache, or to another address. */
export function assertSource({ repository, file, revision }: HubSource): void {
  if (!/^([\w.-]+\/)?[\w.-]+$/.test(repository) || !isRelative(repository)) {
    throw new InvalidOptionError('repository', repository, 'a name such as `owner/name`');
  }
  if (!isRelative(file)) {
    throw new InvalidOptionError('file', file, 'a path inside the repository');
  }
  if (!isRelative(revision)) {
    throw new InvalidOptionError('revision', revision, 'a branch, a tag or a commit');
  }
}

/** Where a hub answers with the file. */
export function addressOf(endpoint: string, { repository, file, revision }: HubSource): string {
  const parts = file.split('/').map(encodeURIComponent).join('/');
  return `${endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${parts}`;
}

const isRelative = (name: string): boolean =>
  !/[\\\0:]/.test(name) &&
  name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
