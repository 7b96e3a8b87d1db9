import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cacheDirectory, useNativeEngine } from '@whetstone/training';
import { rowKey, Rows, type Side, storyTable } from './chapter-five-table.js';
import { stages, type Stage, type Story } from './chapter-five-stages.js';
import { writeMeasured } from './measured-page.js';
import { importPhotos, type Photos, writeSplit } from './photo-splits.js';

const SEEDS = [42, 1, 2, 3, 4];
const SIDES: readonly Side[] = ['whetstone', 'fastai'];
/** Parts of the story in the order in which they are measured. */
const STORIES: readonly { readonly story: Story; readonly architecture: string }[] = [
  { story: 'recipe', architecture: 'tf_efficientnet_lite0' },
  { story: 'bigger-body', architecture: 'tf_efficientnet_lite2' },
  { story: 'variations', architecture: 'tf_efficientnet_lite0' },
];
const SCRIPT = fileURLToPath(new URL('../reference/chapter-five.py', import.meta.url));

/**
 * The story of chapter 5 on a folder of photos, here and in fastai, on the same splits:
 * `npm run bench -- chapter-five FOLDER [SEED...] [--size 128] [--python PYTHON]`. PYTHON has torch,
 * timm, fastai and safetensors. Rows that are in bench/results/chapter-five.ndjson are not run again; the
 * table is written into docs/chapter-five.md.
 */
export async function measure(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      size: { type: 'string', default: '128' },
      python: { type: 'string', default: 'python3' },
    },
  });
  const [folder, ...seeds] = positionals;
  if (folder === undefined) throw new Error('Expected a folder of photos, received none');
  const imageSize = Number(values.size);
  const rows = await Rows.read();
  console.log(await useNativeEngine());
  const imagesDir = await mkdtemp(path.join(tmpdir(), 'whetstone-chapter-'));
  try {
    const photos = await importPhotos(path.resolve(folder), { imagesDir, imageSize });
    const told: Told = { photos, imageSize, python: values.python, rows };
    const wanted = seeds.length > 0 ? seeds.map(Number) : SEEDS;
    for (const story of STORIES) for (const seed of wanted) await tellOn(seed, story, told);
  } finally {
    await rm(imagesDir, { recursive: true, force: true });
  }
  const table = storyTable(rows.all);
  console.log(table);
  await writeMeasured('chapter-five.md', 'chapter-five', table);
}

interface Told {
  readonly photos: Photos;
  readonly imageSize: number;
  readonly python: string;
  readonly rows: Rows;
}

async function tellOn(
  seed: number,
  { story, architecture }: (typeof STORIES)[number],
  { photos, imageSize, python, rows }: Told,
): Promise<void> {
  const manifestFile = await writeSplit(photos, seed);
  const { imagesDir } = photos;
  const task = { story, architecture, manifestFile, imagesDir, imageSize };
  for (const side of SIDES) {
    const key = rowKey({ seed, side, story, architecture, imageSize });
    if (rows.has(key)) continue;
    console.log(key);
    const told = side === 'whetstone' ? stages(task) : stagesOfFastai(task, python);
    const collected: Stage[] = [];
    for await (const stage of told) {
      console.log(`  ${JSON.stringify(stage)}`);
      collected.push(stage);
    }
    await rows.add({ seed, side, story, architecture, imageSize, stages: collected });
  }
}

interface FastaiTask {
  readonly story: Story;
  readonly architecture: string;
  readonly manifestFile: string;
  readonly imageSize: number;
}

async function* stagesOfFastai(
  { story, architecture, manifestFile, imageSize }: FastaiTask,
  python: string,
): AsyncGenerator<Stage> {
  const weights = path.join(cacheDirectory(), 'weights', `${architecture}.safetensors`);
  const args = [SCRIPT, manifestFile, weights, architecture, String(imageSize), story];
  const peer = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    peer.once('error', reject);
    peer.once('exit', resolve);
  });
  for await (const line of createInterface({ input: peer.stdout }))
    if (line.startsWith('{')) yield JSON.parse(line) as Stage;
  const code = await ended;
  if (code !== 0) throw new Error(`fastai ended with ${code}`);
}
