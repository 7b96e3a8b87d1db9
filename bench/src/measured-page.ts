import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const END = '<!-- to here -->';

/** Writes what `npm run bench -- <name>` measured between the marks of a page in docs/. */
export async function writeMeasured(page: string, name: string, measured: string): Promise<void> {
  const file = fileURLToPath(new URL(`../../docs/${page}`, import.meta.url));
  const changed = withMeasurements(await readFile(file, 'utf8'), name, measured);
  const style = await resolveConfig(file);
  await writeFile(file, await format(changed, { ...style, filepath: file }));
}

/** A page with other measurements between its two marks. */
export function withMeasurements(page: string, name: string, measured: string): string {
  const mark = `<!-- npm run bench -- ${name} writes from here -->`;
  const [start, end] = [page.indexOf(mark), page.indexOf(END)];
  if (start < 0 || end < start)
    throw new Error(`Expected a page with the marks ${mark} and ${END}, received one without`);
  return `${page.slice(0, start + mark.length)}\n\n${measured}\n\n${page.slice(end)}`;
}
