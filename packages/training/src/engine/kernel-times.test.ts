import { beforeAll, describe, expect, it } from 'vitest';
import { kernelTimes } from './kernel-times.js';
import { nativeBackend } from './native-kernel.js';
import { useNativeEngine } from './native.js';
import { tf } from './tf.js';

beforeAll(async () => {
  await useNativeEngine();
});

function work(): Promise<void> {
  tf.tidy(() => {
    const square = tf.ones([400, 400]);
    tf.relu(tf.matMul(tf.matMul(square, square), square));
  });
  return Promise.resolve();
}

describe('the times of operations', () => {
  it('count each kind of operation, the longest first, within the time of the work', async () => {
    const started = performance.now();
    const times = await kernelTimes(work);
    const elapsed = performance.now() - started;
    const calls = Object.fromEntries(times.map((time) => [time.kernel, time.calls]));
    expect(calls).toMatchObject({ BatchMatMulV2: 2, Relu: 1 });
    const milliseconds = times.map((time) => time.milliseconds);
    expect(milliseconds).toEqual([...milliseconds].sort((a, b) => b - a));
    const sum = milliseconds.reduce((total, time) => total + time, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(elapsed);
  });

  it('are not counted any more once the work has ended, also where it failed', async () => {
    const before = nativeBackend()!.executeSingleOutput;
    const failing = kernelTimes(() => Promise.reject(new Error('no such picture')));
    await expect(failing).rejects.toThrow('no such picture');
    expect(nativeBackend()!.executeSingleOutput).toBe(before);
  });
});
