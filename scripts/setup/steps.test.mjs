import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseDemoImages, demoClasses } from './demo-classes.mjs';
import { demoFolder, demoImages } from './demo-images.mjs';
import { findPython } from './prerequisites.mjs';
import { run } from './run-command.mjs';
import { steps } from './steps.mjs';
import { isBuildCached } from './tensorflow.mjs';
import { weights, weightsFile, weightsStep } from './weights.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'whetstone-steps-'));
  process.env.WHETSTONE_CACHE = folder;
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  delete process.env.WHETSTONE_CACHE;
});

function write(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

describe('A step that broke off half-way is done again', () => {
  it('the native engine, where a library is cut short', () => {
    const library = path.join(folder, 'lib/library.so');
    write(library, 'whole');
    expect(isBuildCached(folder)).toBe(false);
    write(path.join(folder, 'complete.json'), JSON.stringify({ 'lib/library.so': 5 }));
    expect(isBuildCached(folder)).toBe(true);
    truncateSync(library, 3);
    expect(isBuildCached(folder)).toBe(false);
  });

  it('the weights, where the file has other bytes', async () => {
    expect(await weights.isDone()).toBe(false);
    write(weightsFile(), 'not the weights');
    expect(await weights.isDone()).toBe(false);
  });

  it('the demo images, where one picture is missing', async () => {
    expect(await demoImages.isDone()).toBe(false);
    for (const [label, { count }] of Object.entries(demoClasses))
      for (let index = 0; index < count; index += 1)
        write(path.join(demoFolder(), label, `${index}.png`), '');
    write(path.join(demoFolder(), '.edition'), '1');
    expect(await demoImages.isDone()).toBe(true);
    rmSync(path.join(demoFolder(), 'bird', '0.png'));
    expect(await demoImages.isDone()).toBe(false);
  });
});

describe('The demo images', () => {
  it('are 522 pictures of 12 classes', () => {
    const counts = Object.values(demoClasses).map(({ count }) => count);
    expect(counts.length).toBe(12);
    expect(counts.reduce((sum, count) => sum + count)).toBe(522);
  });

  it('leave out skin tones, what is not as its subgroup says, and what has no picture', () => {
    const row = (codes, subgroup) => ({ codes, name: 'a thing', subgroup });
    const rows = [
      row('1F426', 'animal-bird'),
      row('1FAB6', 'animal-bird'),
      row('1F44B 1F3FB', 'hand-fingers-open'),
      row('1F54A FE0F', 'animal-bird'),
      row('1F986', 'animal-bird'),
      row('1F3F3 FE0F', 'flag'),
    ];
    const available = new Set(['1f426', '1fab6', '1f44b-1f3fb', '1f54a-fe0f', '1f3f3-fe0f']);
    expect(chooseDemoImages(rows, available).map(({ label, code }) => [label, code])).toEqual([
      ['bird', '1f426'],
      ['bird', '1f54a-fe0f'],
    ]);
  });
});

describe('The weights', () => {
  it('that set-up brings are those of EfficientNet-Lite0 alone', () => {
    expect(steps.filter(({ name }) => name === 'weights')).toEqual([weights]);
    expect(weightsFile()).toBe(path.join(folder, 'weights/tf_efficientnet_lite0.safetensors'));
  });

  it.each([['tf_efficientnet_lite1'], ['tf_efficientnet_lite2']])(
    'of %s come when they are asked for',
    async (architecture) => {
      const step = weightsStep(architecture);
      expect(step.title).toMatch(/\d+ MB/);
      expect(await step.isDone()).toBe(false);
      write(weightsFile(architecture), 'not the weights');
      expect(await step.isDone()).toBe(false);
    },
  );

  it('of another architecture are refused, and those there are named', () => {
    expect(() => weightsStep('resnet18')).toThrow(
      /out of tf_efficientnet_lite0, .*lite1, .*lite2, received resnet18/,
    );
  });
});

describe('The checkpoint reader', () => {
  const script = path.join(import.meta.dirname, 'lite_to_safetensors.py');

  it('refuses a pickle that wants to run code', async () => {
    const file = path.join(folder, 'evil.pth');
    const make = [
      'import pickle, sys',
      'class Evil:',
      '    def __reduce__(self): return (print, ("ran",))',
      'with open(sys.argv[1], "wb") as file:',
      '    for value in (1, 2, {}, Evil()): pickle.dump(value, file)',
    ].join('\n');
    const python = await findPython();
    execFileSync(python, ['-c', make, file]);
    await expect(run(python, [script, file, path.join(folder, 'out')])).rejects.toThrow(
      /Expected a plain checkpoint, found builtins.print/,
    );
  });
});

it('A command that fails says what it was, the end of its output, and what to do', async () => {
  const failing = run(process.execPath, ['-e', 'console.error("no disk"); process.exit(3)'], {
    remedy: 'Make room.',
  });
  await expect(failing).rejects.toThrow(/ended with 3:\nno disk\nMake room\./);
});

it.each(steps.map(({ name, title }) => [name, title]))('Step %s names its size', (_name, title) => {
  expect(title).toMatch(/\d+ MB/);
});
