import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { badInput, DomainError } from '../errors.js';

/** The folders from which datasets may be imported. Links count as what they lead to. */
export class DataRoots {
  readonly folders: readonly string[];

  constructor(folders: readonly string[]) {
    this.folders = folders;
  }

  /** The real path of an existing folder inside a root; throws for any other. */
  async resolve(folder: string): Promise<string> {
    if (!path.isAbsolute(folder) || folder.includes('\0')) {
      throw badInput('path', { expected: 'an absolute path', received: folder });
    }
    const real = await realpath(folder).catch(() => undefined);
    // What lies outside is refused in the same words whether it exists or not.
    if (!(await this.#contains(real ?? path.resolve(folder)))) throw this.#outside(folder);
    if (real === undefined || !(await stat(real)).isDirectory()) {
      throw new DomainError(
        'DATASET_UNREADABLE',
        `Expected a folder at ${folder}, found ${real === undefined ? 'nothing' : 'a file'}. Give the folder that holds one subfolder of images a class`,
        { field: 'input.path' },
      );
    }
    return real;
  }

  /** Whether a real path is a root or inside one. */
  async contains(real: string): Promise<boolean> {
    return this.#contains(real);
  }

  async #contains(real: string): Promise<boolean> {
    for (const root of this.folders) {
      const realRoot = await realpath(root).catch(() => root);
      if (isInside(real, realRoot) || isInside(real, root)) return true;
    }
    return false;
  }

  #outside(folder: string): DomainError {
    const roots = this.folders.length === 0 ? 'none' : this.folders.join(', ');
    return new DomainError(
      'FORBIDDEN',
      `Expected a folder inside one of the data roots (${roots}), received ${folder}. Move the folder there, or start the server with DATA_ROOTS naming its place`,
      { field: 'input.path' },
    );
  }
}

function isInside(place: string, root: string): boolean {
  const below = path.relative(root, place);
  return below === '' || (!below.startsWith('..') && !path.isAbsolute(below));
}
