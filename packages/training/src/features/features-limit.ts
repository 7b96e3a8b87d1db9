import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { unlessMissing } from '../data/unless-missing.js';

export interface FeaturesLimitOptions {
  /** Where all features are kept, one folder a recipe. */
  readonly dir: string;
  /** What its files may take together. */
  readonly mostBytes: number;
}

interface Recipe {
  readonly name: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** Looking at every file takes a while, so room is made for this share of the limit at a time. */
const SHARE_A_LOOK = 1 / 16;
const RECIPE = /^[0-9a-f]{64}$/;
/** Ends the name of a recipe on its way out: whoever opens its files by the old name finds none. */
const REMOVED = '.removed';

/**
 * Keeps a folder of features below a size: recipes that were not used for longest are removed as
 * wholes. When one was last used is its folder's time of modification, so processes that share the
 * folder agree without a word. What this very object knows to be in use stays, and may take
 * more than the limit by itself.
 */
export class FeaturesLimit {
  readonly #dir: string;
  readonly #mostBytes: number;
  readonly #inUse = new Set<string>();
  /** Bytes that may be written before the next look. */
  #room = 0;

  constructor({ dir, mostBytes }: FeaturesLimitOptions) {
    this.#dir = dir;
    this.#mostBytes = mostBytes;
  }

  /** Notes that a recipe is used now; from here on it stays. */
  async use(name: string): Promise<void> {
    this.#inUse.add(name);
    const now = new Date();
    await utimes(path.join(this.#dir, name), now, now).catch(unlessMissing);
  }

  /** Makes room for so many bytes, which are about to be written. */
  async makeRoom(bytes: number): Promise<void> {
    this.#room -= bytes;
    if (this.#room >= 0) return;
    const wanted = Math.max(bytes, this.#mostBytes * SHARE_A_LOOK);
    this.#room = wanted - bytes;
    await this.#shrinkTo(this.#mostBytes - wanted);
  }

  async #shrinkTo(mostBytes: number): Promise<void> {
    const recipes = await this.#recipes();
    let bytes = recipes.reduce((sum, recipe) => sum + recipe.bytes, 0);
    for (const recipe of recipes) {
      if (bytes <= mostBytes) return;
      if (this.#inUse.has(recipe.name)) continue;
      await this.#remove(recipe.name);
      bytes -= recipe.bytes;
    }
  }

  /** Oldest use first. Also ends what a process that was killed had begun to remove. */
  async #recipes(): Promise<Recipe[]> {
    const names = await readdir(this.#dir).catch(unlessMissing);
    const recipes: Recipe[] = [];
    for (const name of names ?? []) {
      if (name.endsWith(REMOVED)) await this.#delete(name);
      const recipe = RECIPE.test(name) ? await this.#look(name) : undefined;
      if (recipe) recipes.push(recipe);
    }
    return recipes.sort((one, other) => one.usedAt - other.usedAt);
  }

  async #look(name: string): Promise<Recipe | undefined> {
    const folder = path.join(this.#dir, name);
    const used = await stat(folder).catch(unlessMissing);
    if (!used?.isDirectory()) return undefined;
    let bytes = 0;
    for (const file of (await readdir(folder).catch(unlessMissing)) ?? [])
      bytes += (await stat(path.join(folder, file)).catch(unlessMissing))?.size ?? 0;
    return { name, bytes, usedAt: used.mtimeMs };
  }

  async #remove(name: string): Promise<void> {
    const leaving = `${name}.${randomUUID()}${REMOVED}`;
    await rename(path.join(this.#dir, name), path.join(this.#dir, leaving)).catch(unlessMissing);
    await this.#delete(leaving);
  }

  async #delete(name: string): Promise<void> {
    await rm(path.join(this.#dir, name), { recursive: true, force: true });
  }
}
