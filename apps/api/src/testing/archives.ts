import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'libsql';
import { extract, pack } from 'tar-stream';

/** One entry of a tar archive, in memory. */
export interface ArchiveEntry {
  readonly name: string;
  readonly content: Buffer;
  readonly type?: 'file' | 'symlink' | 'link' | 'directory';
  readonly linkname?: string;
}

export const sha256 = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');

export async function readArchive(file: string): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  const archive = extract();
  createReadStream(file).pipe(archive);
  for await (const entry of archive) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries.push({ name: entry.header.name, content: Buffer.concat(chunks) });
  }
  return entries;
}

export async function writeArchive(file: string, entries: readonly ArchiveEntry[]): Promise<void> {
  const archive = pack();
  for (const { content, ...header } of entries) archive.entry({ ...header }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  await writeFile(file, Buffer.concat(chunks));
}

/** With the sums that its other entries have. */
export function withSums(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const others = entries.filter(({ name }) => name !== 'SHA256SUMS');
  const lines = others.map(({ name, content }) => `${sha256(content)}  ${name}\n`);
  return [...others, { name: 'SHA256SUMS', content: Buffer.from(lines.join('')) }];
}

/** SHA-256 of each file that a backup has to have, and of each table's rows. */
export async function contentOf(dataDir: string): Promise<Readonly<Record<string, string>>> {
  const content: Record<string, string> = {};
  for (const name of (await readdir(dataDir, { recursive: true })).sort()) {
    if (/^(features|scratch)|whetstone\.(sqlite|lock)/.test(name)) continue;
    const place = path.join(dataDir, name);
    if ((await stat(place)).isFile()) content[name] = sha256(await readFile(place));
  }
  const database = new Database(path.join(dataDir, 'whetstone.sqlite'));
  for (const table of ['datasets', 'dataset_versions', 'runs', 'run_events', 'run_commands']) {
    const rows = database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).raw().all();
    content[table] = `${rows.length} rows, ${sha256(JSON.stringify(rows))}`;
  }
  database.close();
  return content;
}
