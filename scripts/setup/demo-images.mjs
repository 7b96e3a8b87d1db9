import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, replaceFolder } from './cache.mjs';
import { chooseDemoImages, demoClasses } from './demo-classes.mjs';
import { run, SetupError } from './run-command.mjs';

const PICTURES = {
  name: '@lobehub/fluent-emoji-3d@1.1.0',
  integrity:
    'sha512-Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==',
};
const LABELS = {
  name: 'emoji.json@16.0.0',
  integrity:
    'sha512-OWFSIAA5ZY2D7KTPxnS/oZTk5cs4ZE4+w/bHkpS+t6hj4AUwDH0okBGuffvsli6WMIimfgxb8ofadPC+UR+glw==',
};
const CREDITS = `Images: Fluent Emoji, © Microsoft Corporation, MIT, packaged by LobeHub.
Labels: emoji.json (MIT), from Unicode's emoji-test.txt, © Unicode, Inc.
`;
/** Changes when other pictures are made. */
const EDITION = '1';

export const demoFolder = () => path.join(cacheDir(), 'demo-images');

/** @type {import('./steps.mjs').Step} */
export const demoImages = {
  name: 'demo-images',
  title: 'Demo images: 12 classes, 522 pictures (16 MB)',
  async isDone() {
    const edition = path.join(demoFolder(), '.edition');
    if (!existsSync(edition) || readFileSync(edition, 'utf8') !== EDITION) return false;
    return Object.entries(demoClasses).every(([label, { count }]) => {
      const folder = path.join(demoFolder(), label);
      return existsSync(folder) && readdirSync(folder).length === count;
    });
  },
  async run({ update }) {
    await replaceFolder(demoFolder(), async (folder) => {
      const pictures = await fetchPackage(PICTURES, path.join(folder, 'pictures'));
      update(0.5, 'pictures fetched');
      const labels = await fetchPackage(LABELS, path.join(folder, 'labels'));
      const chosen = choose(pictures, labels);
      for (const [index, picture] of chosen.entries()) {
        await drawOnWhite(path.join(pictures, 'assets', `${picture.code}.webp`), folder, picture);
        update(0.55 + (0.45 * index) / chosen.length, `${index + 1} of ${chosen.length}`);
      }
      rmSync(path.join(folder, 'pictures'), { recursive: true });
      rmSync(path.join(folder, 'labels'), { recursive: true });
      writeFileSync(path.join(folder, 'CREDITS.txt'), CREDITS);
      writeFileSync(path.join(folder, '.edition'), EDITION);
    });
  },
};

/** Fetches a package through npm, which knows the user's registry and proxy, and unpacks it. */
async function fetchPackage({ name, integrity }, folder) {
  mkdirSync(folder, { recursive: true });
  await run('npm', ['pack', name, '--pack-destination', folder], {
    cwd: folder,
    remedy: 'Check the network and that npm reaches its registry, then run `npm run setup` again.',
  });
  const archive = path.join(
    folder,
    readdirSync(folder).find((file) => file.endsWith('.tgz')),
  );
  const received = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (received !== integrity)
    throw new SetupError(`Expected ${name} with integrity ${integrity}, received ${received}`);
  await run('tar', ['-xzf', archive, '-C', folder]);
  return path.join(folder, 'package');
}

function choose(pictures, labels) {
  const available = new Set(
    readdirSync(path.join(pictures, 'assets')).map((file) => path.parse(file).name),
  );
  const rows = JSON.parse(readFileSync(path.join(labels, 'emoji.json'), 'utf8'));
  const chosen = chooseDemoImages(rows, available);
  for (const [label, { count }] of Object.entries(demoClasses)) {
    const received = chosen.filter((picture) => picture.label === label).length;
    if (received !== count)
      throw new SetupError(`Expected ${count} pictures of ${label}, received ${received}`);
  }
  return chosen;
}

/** Half the pixels of some pictures are transparent near-black, so alpha must not just be dropped. */
async function drawOnWhite(source, folder, { label, code, name }) {
  const { default: sharp } = await import('sharp');
  const words = name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  mkdirSync(path.join(folder, label), { recursive: true });
  const target = path.join(folder, label, `${words}-${code}.png`);
  await sharp(source).flatten({ background: '#ffffff' }).png().toFile(target);
}
