import { expect, it, vi } from 'vitest';
import { EngineUnavailableError, useNativeEngine } from './native.js';

it('says what to do where the native package does not load', async () => {
  vi.doMock('@tensorflow/tfjs-node', () => {
    throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found');
  });
  await expect(useNativeEngine()).rejects.toThrow(EngineUnavailableError);
  await expect(useNativeEngine()).rejects.toThrow('npm run setup');
});
