import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Clock } from './retries.js';

/** Tells this process from an earlier one of the same number, as containers have them. */
const PROCESS = `${hostname().replace(/[^\w-]/g, '_')}~${process.pid}~${randomUUID().slice(0, 8)}`;
/** What follows the target's name and a dot: the tag, then the owner if there is one. */
const PART = /^([\w-]+)(?:\.([\w-]+~\d+~\w+)~\w+)?\.incomplete$/;
/** Nobody who is still there leaves a part alone for so long. */
const ABANDONED_AFTER_MS = 15 * 60_000;

/**
 * The part of a file that has come so far, beside its place, for one owner only.
 *
 * At rest it is called `<target>.<etag>.incomplete`. Whoever goes on with it first gives it a name of
 * his own, and a rename succeeds for one: two processes never write to one part. The second one begins
 * a part for itself, which costs bandwidth and nothing else; a lock would have to be broken when its
 * holder dies, and does not hold on every network drive. What a process left that was killed is
 * recognised by the name and taken over.
 */
export class PartFile {
  readonly #target: string;
  readonly #tag: string;
  readonly #clock: Clock;
  #own: string | null;
  readonly handle: FileHandle;
  #bytes: number;

  private constructor(place: PartPlace, own: string, open: { handle: FileHandle; bytes: number }) {
    this.#target = place.target;
    this.#tag = place.tag;
    this.#clock = place.clock;
    this.#own = own;
    this.handle = open.handle;
    this.#bytes = open.bytes;
  }

  /** Takes over the largest part that nobody works on, or begins one. */
  static async claim(target: string, etag: string, clock: Clock): Promise<PartFile> {
    const place = { target, tag: etag.replace(/[^\w-]/g, '_').slice(0, 80), clock };
    await mkdir(path.dirname(target), { recursive: true });
    const own = `${target}.${place.tag}.${PROCESS}~${randomUUID().slice(0, 8)}.incomplete`;
    for (const { file } of await abandonedParts(place)) {
      if (await succeeds(rename(file, own))) break;
    }
    const handle = await open(own, constants.O_RDWR | constants.O_CREAT, 0o644);
    try {
      return new PartFile(place, own, { handle, bytes: (await handle.stat()).size });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** How much there is. */
  get bytes(): number {
    return this.#bytes;
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length;) {
      const { bytesWritten } = await this.handle.write(
        chunk,
        offset,
        chunk.length - offset,
        this.#bytes,
      );
      offset += bytesWritten;
      this.#bytes += bytesWritten;
    }
  }

  /** Forgets what has come. */
  async empty(): Promise<void> {
    await this.handle.truncate(0);
    this.#bytes = 0;
  }

  /** Puts the whole file in its place, once the disk has it, and removes parts that nobody will want. */
  async finish(): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
    await rename(this.#own!, this.#target);
    this.#own = null;
    const place = { target: this.#target, tag: null, clock: this.#clock };
    for (const { file } of await abandonedParts(place)) await rm(file, { force: true });
  }

  /** Leaves the part for the next call, unless it is empty or in its place already. */
  async release(): Promise<void> {
    const own = this.#own;
    this.#own = null;
    if (own === null) return;
    await this.handle.close();
    if (this.#bytes === 0) await rm(own, { force: true });
    // Where this fails the part keeps its owner's name, by which it is found as well.
    else await succeeds(rename(own, `${this.#target}.${this.#tag}.incomplete`));
  }
}

interface PartPlace {
  readonly target: string;
  readonly tag: string;
  readonly clock: Clock;
}

/** Parts of this target that nobody works on, largest first; of every etag where `tag` is null. */
async function abandonedParts({
  target,
  tag,
  clock,
}: Omit<PartPlace, 'tag'> & { readonly tag: string | null }) {
  const folder = path.dirname(target);
  const start = `${path.basename(target)}.`;
  const parts: { readonly file: string; readonly size: number }[] = [];
  for (const name of await readdir(folder)) {
    const part = name.startsWith(start) ? PART.exec(name.slice(start.length)) : null;
    if (part === null || (tag !== null && part[1] !== tag)) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => null); // Another process has taken it since.
    if (found === null) continue;
    const isOld = clock.now() - found.mtimeMs > ABANDONED_AFTER_MS;
    if (isOld || part[2] === undefined || isGone(part[2])) parts.push({ file, size: found.size });
  }
  return parts.sort((left, right) => right.size - left.size);
}

/** Whether an owner is known to have ended. Of other machines' processes nothing is known. */
function isGone(owner: string): boolean {
  const [host, pid, run] = owner.split('~');
  const [ownHost, ownPid, ownRun] = PROCESS.split('~');
  if (host !== ownHost) return false;
  if (pid === ownPid) return run !== ownRun;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
