import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseDevice, findGpu, refusalFor, rememberRefusal, wantedDevice } from './device.mjs';

const GPU = { name: 'NVIDIA A10', driver: '550.54.14', memoryMb: 23028 };
const facts = (given) => ({
  wanted: 'auto',
  gpu: GPU,
  hasRecipe: true,
  refusal: null,
  ...given,
});

describe('chooseDevice', () => {
  it('takes a card where there is one', () => {
    expect(chooseDevice(facts({}))).toMatchObject({ device: 'gpu', why: null });
  });

  it('has nothing to explain where there is none', () => {
    expect(chooseDevice(facts({ gpu: null }))).toMatchObject({ device: 'cpu', why: null });
  });

  it.each([
    ['WHETSTONE_DEVICE=cpu', { wanted: 'cpu' }, 'WHETSTONE_DEVICE=cpu leaves it alone'],
    ['another platform', { hasRecipe: false }, 'cards are used on x86-64 Linux only'],
    [
      'an old driver',
      { gpu: { ...GPU, driver: '470.199.02' } },
      'its driver is 470.199.02, and CUDA 12 needs 525 or later',
    ],
    ['a card that TensorFlow refused', { refusal: 'no cuDNN' }, 'no cuDNN'],
  ])('leaves a card alone, and says why: %s', (_what, given, why) => {
    expect(chooseDevice(facts(given))).toMatchObject({ device: 'cpu', why });
  });

  it('tries a card again that is insisted on', () => {
    const choice = chooseDevice(facts({ wanted: 'gpu', refusal: 'no cuDNN' }));
    expect(choice).toMatchObject({ device: 'gpu', isWanted: true });
  });

  it('stops where a card is insisted on and there is none', () => {
    expect(() => chooseDevice(facts({ wanted: 'gpu', gpu: null }))).toThrow(
      /^Expected an NVIDIA card .* `nvidia-smi` lists none\. Mend that, or leave WHETSTONE_DEVICE out/,
    );
  });
});

describe('wantedDevice', () => {
  it.each([
    [{}, 'auto'],
    [{ WHETSTONE_DEVICE: ' ' }, 'auto'],
    [{ WHETSTONE_DEVICE: 'cpu' }, 'cpu'],
  ])('reads %j as %s', (env, wanted) => {
    expect(wantedDevice(env)).toBe(wanted);
  });

  it('refuses what it does not know', () => {
    expect(() => wantedDevice({ WHETSTONE_DEVICE: 'tpu' })).toThrow(
      'Expected WHETSTONE_DEVICE to be one of auto, cpu, gpu, received "tpu"',
    );
  });
});

describe('On a machine with a command nvidia-smi', () => {
  let folder;
  const before = process.env.PATH;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'whetstone-device-'));
    process.env.WHETSTONE_CACHE = folder;
    process.env.PATH = `${folder}${path.delimiter}${before}`;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    delete process.env.WHETSTONE_CACHE;
    process.env.PATH = before;
  });

  function nvidiaSmi(script) {
    const file = path.join(folder, 'nvidia-smi');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  it('finds the first card', () => {
    nvidiaSmi(`echo 'NVIDIA A10, 550.54.14, 23028'; echo 'NVIDIA T4, 550.54.14, 15360'`);
    expect(findGpu()).toEqual(GPU);
  });

  it('finds none where the command fails, as it does without a driver', () => {
    nvidiaSmi(`echo 'NVIDIA-SMI has failed'; exit 9`);
    expect(findGpu()).toBeNull();
  });

  it('remembers a refusal until the driver changes', () => {
    expect(refusalFor(GPU)).toBeNull();
    rememberRefusal(GPU, 'no cuDNN');
    expect(refusalFor(GPU)).toBe('no cuDNN');
    expect(refusalFor({ ...GPU, driver: '570.1' })).toBeNull();
  });
});
