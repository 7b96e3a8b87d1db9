import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { SUMS_FILE, sumsText } from './archive-format.js';

export interface NewEntry {
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Buffer>;
}

/** Writes a tar archive that ends with the sums of what is in it. */
export class ArchiveWriter {
  readonly #file: string;
  readonly #pack: Pack = pack();
  readonly #sums = new Map<string, string>();
  readonly #now = new Date();
  /** Settled once the archive is closed; rejected if it cannot be written. */
  readonly #written: Promise<void>;

  constructor(file: string) {
    this.#file = file;
    const packed = this.#pack;
    // A generator, as the archive's own stream is not one that `pipeline` knows.
    const chunks = async function* () {
      yield* packed;
    };
    this.#written = pipeline(chunks, createWriteStream(file, { flags: 'wx' }));
    // Whoever adds to the archive or finishes it hears of a failure.
    this.#written.catch(() => undefined);
  }

  /** Adds a file, and returns its SHA-256. It must have exactly as many bytes as it was said to have. */
  async add({ name, bytes, content }: NewEntry): Promise<string> {
    const entry = this.#pack.entry({ name, size: bytes, mtime: this.#now });
    const closed = once(entry, 'close');
    // An entry fails with its archive, which says more.
    entry.on('error', () => undefined);
    const hash = createHash('sha256');
    let written = 0;
    for await (const chunk of content) {
      hash.update(chunk);
      written += chunk.length;
      if (written > bytes) break;
      if (!entry.write(chunk)) await this.#unlessItFails(once(entry, 'drain'));
    }
    if (written !== bytes) {
      throw new Error(`Expected ${name} to have ${bytes} bytes, received ${written}: it changed`);
    }
    entry.end(null);
    await this.#unlessItFails(closed);
    const sha256 = hash.digest('hex');
    this.#sums.set(name, sha256);
    return sha256;
  }

  /** Adds a text. */
  async addText(name: string, text: string): Promise<void> {
    const content = Buffer.from(text);
    await this.add({ name, bytes: content.length, content: only(content) });
  }

  /** Adds the sums, and returns once the disk has the archive. */
  async finish(): Promise<void> {
    await this.addText(SUMS_FILE, sumsText(this.#sums));
    this.#pack.finalize();
    await this.#written;
    const written = await open(this.#file, 'r+');
    await written.sync();
    await written.close();
  }

  /** Ends and removes an archive that is not to be finished. */
  async abandon(): Promise<void> {
    this.#pack.destroy(new Error('The archive was abandoned'));
    await this.#written.catch(() => undefined);
    await rm(this.#file, { force: true });
  }

  /** A disk that is full never drains. */
  async #unlessItFails(event: Promise<unknown>): Promise<void> {
    event.catch(() => undefined);
    await Promise.race([event, this.#written.then(() => event)]);
  }
}

async function* only(content: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield await Promise.resolve(content);
}
