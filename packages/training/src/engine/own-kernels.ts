import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { nativeBackend } from './native-kernel.js';

let isLoaded = false;

/**
 * Registers the operations of `packages/training/kernels` with TensorFlow, once it is loaded. They are
 * built by the set-up; where it could not, TensorFlow's own serve, which are slower.
 */
export function loadOwnKernels(): void {
  const require = createRequire(import.meta.url);
  const addons = path.join(
    path.dirname(require.resolve('@tensorflow/tfjs-node/package.json')),
    'lib/napi-v8',
  );
  const file = path.join(addons, 'whetstone_kernels.node');
  if (isLoaded || !existsSync(file)) return;
  require(file);
  isLoaded = true;
}

/** Whether our own operations can run: they are built, and made for CPUs. */
export function hasOwnKernels(): boolean {
  return isLoaded && nativeBackend()?.isUsingGpuDevice === false;
}
