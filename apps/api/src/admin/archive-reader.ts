import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { newestSchema } from '../store/sqlite/database.js';
import { AdminError } from './admin-error.js';
import {
  type BackupHeader,
  FORMAT,
  FORMAT_VERSION,
  HEADER_FILE,
  isDataFile,
  parseSums,
  SUMS_FILE,
} from './archive-format.js';

/** What is read into memory of the header. The sums may take as much as their files need. */
const MOST_HEADER_BYTES = 64 * 1024;
const BYTES_OF_A_SUM = 400;

/** A file of an archive, to be read before the next one. Its chunks are buffers, which the library's types do not say. */
interface Entry extends AsyncIterable<unknown> {
  readonly header: Header;
}

export interface UnpackOptions {
  readonly file: string;
  /** An empty folder. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  readonly onHeader: (header: BackupHeader) => Promise<void>;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Unpacks a backup. Throws unless every file is there, is where it may be, and has its sum. */
export async function unpack(options: UnpackOptions): Promise<BackupHeader> {
  const source = createReadStream(options.file);
  const archive = extract();
  source.on('error', (error) => {
    archive.destroy(error);
  });
  source.pipe(archive);
  try {
    return await new Unpacking(options).read(archive);
  } catch (error) {
    if (error instanceof AdminError || isOfSystem(error) || options.signal?.aborted) throw error;
    throw damaged(`what is no archive, or the beginning of one (${String(error)})`, error);
  } finally {
    source.destroy();
    archive.destroy(null);
  }
}

class Unpacking {
  readonly #options: UnpackOptions;
  readonly #sums = new Map<string, string>();
  #header: BackupHeader | undefined;
  #files = 0;
  #bytes = 0;

  constructor(options: UnpackOptions) {
    this.#options = options;
  }

  async read(archive: AsyncIterable<Entry>): Promise<BackupHeader> {
    let claimed: ReadonlyMap<string, string> | undefined;
    for await (const entry of archive) {
      this.#options.signal?.throwIfAborted();
      const { name, type } = entry.header;
      if (claimed !== undefined) throw damaged(`${shown(name)} behind its last file`);
      if (type !== 'file') throw damaged(`${shown(name)}, which is a ${type}`);
      if (this.#header === undefined) this.#header = await this.#readHeader(entry);
      else if (name === SUMS_FILE) claimed = await this.#readSums(entry);
      else await this.#unpack(entry, this.#header);
    }
    if (this.#header === undefined) throw notABackup('an empty file');
    if (claimed === undefined) throw damaged('one that ends early');
    this.#compare(claimed, this.#header);
    return this.#header;
  }

  async #readHeader(entry: Entry): Promise<BackupHeader> {
    if (entry.header.name !== HEADER_FILE)
      throw notABackup(`one that begins with ${shown(entry.header.name)}`);
    const text = await this.#textOf(entry, MOST_HEADER_BYTES);
    const header = parseHeader(text);
    await this.#options.onHeader(header);
    return header;
  }

  async #readSums(entry: Entry): Promise<ReadonlyMap<string, string>> {
    const text = await textOf(entry, (this.#files + 2) * BYTES_OF_A_SUM);
    return parseSums(text) ?? fail(damaged(`${SUMS_FILE} with other lines than sums`));
  }

  async #textOf(entry: Entry, mostBytes: number): Promise<string> {
    const text = await textOf(entry, mostBytes);
    this.#sums.set(entry.header.name, createHash('sha256').update(text).digest('hex'));
    return text;
  }

  async #unpack(entry: Entry, { files, bytes }: BackupHeader): Promise<void> {
    const { name, size } = entry.header;
    if (!isDataFile(name)) throw damaged(`${shown(name)}, where no file of a backup lies`);
    if (this.#sums.has(name)) throw damaged(`${shown(name)} twice`);
    this.#files += 1;
    this.#bytes += size;
    if (this.#files > files || this.#bytes > bytes)
      throw damaged(`more than the ${files} files with ${bytes} bytes that it says it has`);
    const place = path.join(this.#options.folder, name);
    await mkdir(path.dirname(place), { recursive: true });
    const hash = createHash('sha256');
    const hashed = async function* () {
      for await (const chunk of entry) {
        hash.update(chunk as Buffer);
        yield chunk;
      }
    };
    await pipeline(hashed, createWriteStream(place, { flags: 'wx' }));
    const { size: written } = await stat(place);
    if (written !== size) throw damaged(`${shown(name)} with ${written} of ${size} bytes`);
    this.#sums.set(name, hash.digest('hex'));
    this.#options.onProgress?.(this.#bytes, bytes);
  }

  #compare(claimed: ReadonlyMap<string, string>, { files }: BackupHeader): void {
    if (this.#files !== files) throw damaged(`${this.#files} files of ${files}`);
    for (const [name, sha256] of this.#sums) {
      if (claimed.get(name) === sha256) continue;
      throw damaged(`${shown(name)} with another content than it had`);
    }
    const lacking = [...claimed.keys()].find((name) => !this.#sums.has(name));
    if (lacking !== undefined) throw damaged(`none of ${shown(lacking)}`);
  }
}

function parseHeader(text: string): BackupHeader {
  let header: Partial<Record<keyof BackupHeader, unknown>> | null = null;
  try {
    // Each field is looked at below.
    header = JSON.parse(text) as Partial<Record<keyof BackupHeader, unknown>> | null;
  } catch {
    // Said below.
  }
  const { format, formatVersion, schema, files, bytes } = header ?? {};
  const numbers = [formatVersion, schema, files, bytes];
  if (format !== FORMAT || !numbers.every((one) => Number.isSafeInteger(one) && Number(one) >= 0))
    throw notABackup(`${HEADER_FILE} that says otherwise`);
  if (Number(formatVersion) > FORMAT_VERSION || Number(schema) > newestSchema)
    throw new AdminError(
      'NEWER_VERSION',
      `Expected a backup of format ${FORMAT_VERSION} and schema ${newestSchema} or older, received format ${String(formatVersion)} and schema ${String(schema)}. Restore it with the version of Whetstone that wrote it, or a newer one`,
    );
  return header as BackupHeader;
}

async function textOf(entry: Entry, mostBytes: number): Promise<string> {
  const { name, size } = entry.header;
  if (size > mostBytes) throw damaged(`${shown(name)} of ${size} bytes`);
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Names come from the archive: they are shown as they are written. */
const shown = (name: string): string => JSON.stringify(name.slice(0, 200));

function notABackup(received: string): AdminError {
  return new AdminError(
    'NOT_A_BACKUP',
    `Expected a file that \`npm run backup\` has written, received ${received}. Choose another file`,
  );
}

function damaged(received: string, cause?: unknown): AdminError {
  return new AdminError(
    'DAMAGED_BACKUP',
    `Expected a whole backup, received ${received}. Nothing was restored. Copy the file again from where it was made, or take another backup`,
    cause,
  );
}

function fail(error: Error): never {
  throw error;
}

/** Failures of the disk are not the archive's. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
