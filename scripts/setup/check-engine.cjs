// Computes one matrix product on the native engine; with `--gpu`, insists on a card; with `--kernels`, tries our own;
// with `--speed`, says on what and how fast.
const util = require('node:util');
// tfjs-node calls two functions that Node 23 removed.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = require('@tensorflow/tfjs-node');

const left = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
const right = tf.tensor2d([7, 8, 9, 10, 11, 12], [3, 2]);
const product = tf.matMul(left, right).dataSync();
const expected = [58, 64, 139, 154];
if (tf.getBackend() !== 'tensorflow' || expected.some((value, index) => value !== product[index])) {
  console.error(
    `Expected ${expected} from the native engine, received ${product} from ${tf.getBackend()}`,
  );
  process.exit(1);
}

const onCard = tf.backend().isUsingGpuDevice;
if (process.argv.includes('--gpu') && !onCard) {
  console.error('Expected TensorFlow to compute on the NVIDIA card, received the CPU');
  process.exit(1);
}

if (process.argv.includes('--kernels')) {
  require('@tensorflow/tfjs-node/lib/napi-v8/whetstone_kernels.node');
  // Two rows of two channels: means 2 and 6, variances 1 and 4.
  const moments = tf
    .backend()
    .executeMultipleOutputs(
      'WhetstoneMoments',
      [{ name: 'share', type: tf.backend().binding.TF_ATTR_FLOAT, value: 0 }],
      [tf.tensor2d([1, 4, 3, 8], [2, 2]), tf.zeros([2]), tf.zeros([2])],
      4,
    )
    .slice(0, 2)
    .flatMap((tensor) => [...tensor.dataSync()]);
  const wanted = [2, 6, 1, 4];
  if (wanted.some((value, index) => value !== moments[index])) {
    console.error(`Expected means and variances of ${wanted}, received ${moments}`);
    process.exit(1);
  }
}

if (process.argv.includes('--speed')) {
  const size = 1024;
  const times = 24;
  const matrix = tf.ones([size, size]);
  tf.matMul(matrix, matrix).dataSync();
  const started = process.hrtime.bigint();
  for (let count = 1; count < times; count += 1) tf.matMul(matrix, matrix).dispose();
  tf.matMul(matrix, matrix).dataSync();
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const gigaflops = Math.round((times * 2 * size ** 3) / seconds / 1e9);
  console.log(`${onCard ? 'GPU' : 'CPU'}, ${gigaflops} GFLOPS`);
}
