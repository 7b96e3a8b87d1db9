import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheDirectory, readSafetensors } from '@whetstone/training';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from './support/graphql.js';
import { type Program, removeFolders, startProgram } from './support/program.js';
import { importFolder, runReaches, startRun } from './support/runs.js';

const photos = process.env['WHETSTONE_TEST_IMAGES'];
if (photos === undefined)
  console.warn('Skipped: set WHETSTONE_TEST_IMAGES to a folder of photos, one folder a class.');

describe.skipIf(photos === undefined)('FINE_TUNE on real photos', () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram({ env: { DATA_ROOTS: photos ?? '' } });
  });
  afterAll(async () => {
    await program.stop();
    await removeFolders();
  });

  it('ends below an error rate of 0.2, through the phases of the recipe', async () => {
    const datasetId = await importFolder(program.api, photos ?? '', {
      name: 'photos',
      validShare: 0.2,
    });
    const runId = await startRun(program.api, { datasetId });
    await runReaches(program.api, runId, ['SUCCEEDED']);

    const { run } = await ask<{
      run: {
        phases: { kind: string; epochs: { epoch: number }[] }[];
        epochs: { metrics: { errorRate: number } }[];
        artifacts: { kind: string; url: string }[];
      };
    }>(
      program.api,
      `query ($id: ID!) { run(id: $id) {
        phases { kind epochs { epoch } } epochs { metrics { errorRate } } artifacts { kind url }
      } }`,
      { id: runId },
    );
    expect(run.phases.map(({ kind, epochs }) => [kind, epochs.length])).toEqual([
      ['FIT', 1],
      ['UNFREEZE', 0],
      ['FIT', 3],
    ]);
    expect(run.epochs.at(-1)?.metrics.errorRate).toBeLessThan(0.2);

    const weights = run.artifacts.find(({ kind }) => kind === 'best-weights');
    const trained = await fetch(new URL(weights?.url ?? '', program.api));
    const pretrained = await readFile(
      path.join(cacheDirectory(), 'weights/tf_efficientnet_lite0.safetensors'),
    );
    expect(firstConvolution(new Uint8Array(await trained.arrayBuffer()))).not.toEqual(
      firstConvolution(pretrained),
    );
  });
});

/** The weights nearest to the input, which only training of the whole body changes. */
function firstConvolution(file: Uint8Array): number[] {
  return [...readSafetensors(file).get('conv_stem.weight')!.data].map(Number);
}
