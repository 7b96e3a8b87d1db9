import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawShapes } from '@whetstone/training/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { localFiles } from '../artifacts/local-files.js';
import { importedDataset, runEnds, runReaches, startRun, whenStep } from '../testing/runs.js';
import { cleanUp, startTestApp, type TestApp, temporaryFolder } from '../testing/test-app.js';

const mounted: string[] = [];

/** A disk of 128 MiB, which only an administrator of Linux can make. */
function smallDisk(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  const args = ['-t', 'tmpfs', '-o', 'size=128m', 'tmpfs', folder];
  const { status } = spawnSync('mount', args, { stdio: 'ignore' });
  if (status === 0) mounted.push(folder);
  return status === 0;
}

afterEach(async () => {
  const disks = mounted.splice(0);
  // Programs end before their disks do.
  for (const disk of disks) spawnSync('mount', ['-o', 'remount,rw', disk], { stdio: 'ignore' });
  await cleanUp().catch(() => undefined);
  for (const disk of disks) spawnSync('umount', ['-l', disk]);
  await cleanUp();
});

async function runOnSmallDisk() {
  const dir = await temporaryFolder();
  if (!smallDisk(path.join(dir, 'data'))) return undefined;
  const shapes = { classes: ['circle', 'square'], perClass: 4, size: 16, seed: 1 } as const;
  await drawShapes({ dir: path.join(dir, 'shapes'), ...shapes });
  const app = await startTestApp({ dir, trainer: { FORMULA_BATCH_MS: '100' } });
  const datasetId = await importedDataset(app, path.join(dir, 'shapes'));
  const id = await startRun(app, {
    datasetId,
    phases: [{ fit: { epochs: 3, learningRate: 1e-3 } }],
  });
  await whenStep(app, id, 3);
  return { app, id, disk: path.join(dir, 'data') };
}

interface Run {
  readonly status: string;
  readonly statusReason: string | null;
  readonly series: { readonly steps: readonly number[] };
  readonly phases: readonly { readonly status: string }[];
}

async function runOf(app: TestApp, id: string): Promise<Run> {
  const { run } = await app.ask<{ run: Run }>(
    `query ($id: ID!) { run(id: $id) {
      status statusReason series(name: "loss") { steps } phases { status }
    } }`,
    { id },
  );
  return run;
}

it('a disk that may only be read has no room', async (test) => {
  const disk = path.join(await temporaryFolder(), 'disk');
  if (!smallDisk(disk)) return test.skip('needs the right to mount a disk');
  const files = localFiles(disk);
  expect(await files.hasRoom()).toBe(true);
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  expect(await files.hasRoom()).toBe(false);
  return undefined;
});

const allSteps = Array.from({ length: 18 }, (_, step) => step);

describe('a disk that takes nothing more', () => {
  it('pauses the run with a clear reason, and the run goes on once there is room', async (test) => {
    const begun = await runOnSmallDisk();
    if (begun === undefined) return test.skip('needs the right to mount a disk');
    const { app, id, disk } = begun;
    const filler = path.join(disk, 'filler');
    // The last write takes what is left.
    await writeFile(filler, Buffer.alloc(2 ** 28)).catch(() => undefined);
    // Nothing at all can be written, not even that: the run says so as soon as a little can.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await truncate(filler, 100 * 2 ** 20);
    expect(await runReaches(app, id, 'PAUSED')).toBe('PAUSED');
    const { statusReason } = await runOf(app, id);
    expect(statusReason).toContain('Make room on the disk');
    await rm(filler);
    expect(await runEnds(app, id)).toBe('SUCCEEDED');
    const { series, phases } = await runOf(app, id);
    expect(series.steps).toEqual(allSteps);
    expect(phases.map(({ status }) => status)).toEqual(['COMPLETED']);
    return undefined;
  });

  it('is said to whoever wants something written', async (test) => {
    const begun = await runOnSmallDisk();
    if (begun === undefined) return test.skip('needs the right to mount a disk');
    const { app, disk } = begun;
    await writeFile(path.join(disk, 'filler'), Buffer.alloc(2 ** 28)).catch(() => undefined);
    const { errors } = await app.post(
      `mutation ($path: String!) { importDataset(input: { name: "more", path: $path }) { dataset { id } } }`,
      { variables: { path: path.join(app.dir, 'shapes') } },
    );
    expect(errors?.[0]?.extensions.code).toBe('DISK_FULL');
    expect(errors?.[0]?.message).toContain('Make room on the disk');
    await rm(path.join(disk, 'filler'));
    return undefined;
  });
});
