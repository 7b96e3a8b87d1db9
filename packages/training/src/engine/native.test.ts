import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { nativeBackend } from './native-kernel.js';
import { EngineUnavailableError, useNativeEngine } from './native.js';
import { tf } from './tf.js';

describe('useNativeEngine', () => {
  it('says which library computes, and on what', async () => {
    const { engine, tensorflow, device } = await useNativeEngine();
    expect(engine).toBe('tfjs-node 4.22.0');
    expect(tensorflow).toMatch(/^\d+\.\d+\.\d+/);
    expect(device).toMatch(/^(CPU .+|GPU)$/);
  });

  it('computes with the native backend from then on', async () => {
    await useNativeEngine();
    expect(tf.getBackend()).toBe('tensorflow');
    const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]]));
    expect(await product.data()).toEqual(Float32Array.of(11));
  });

  it('gives the same answer when asked again', async () => {
    expect(await useNativeEngine()).toBe(await useNativeEngine());
  });

  it('shares one copy of TensorFlow.js with the native package', async () => {
    await useNativeEngine();
    const require = createRequire(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node'));
    const theirs = require('@tensorflow/tfjs-core') as typeof tf;
    expect(theirs.engine()).toBe(tf.engine());
    expect(theirs.Tensor).toBe(tf.Tensor);
    expect(nativeBackend()).not.toBeNull();
  });
});

describe('EngineUnavailableError', () => {
  it('says how to install the engine', () => {
    const error = new EngineUnavailableError('no such file');
    expect(error.code).toBe('ENGINE_UNAVAILABLE');
    expect(error.message).toMatch(/no such file.*npm run setup/);
  });
});
