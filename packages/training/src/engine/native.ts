import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { TrainingError } from '../errors.js';
import { nativeBackend } from './native-kernel.js';
import { loadOwnKernels } from './own-kernels.js';
import { TENSORFLOW_ENVIRONMENT } from './process-environment.js';
import { tf } from './tf.js';

/** What computes, as the dashboard and the doctor show it. */
export interface EngineInfo {
  /** The addon and its version, such as `tfjs-node 4.22.0`. */
  readonly engine: string;
  /** Version of the TensorFlow library. */
  readonly tensorflow: string;
  /** `CPU` with the processor's model, or `GPU`. */
  readonly device: string;
}

/** The native engine is not installed, or does not load on this machine. */
export class EngineUnavailableError extends TrainingError {
  override readonly name = 'EngineUnavailableError';
  readonly code = 'ENGINE_UNAVAILABLE';

  constructor(reason: string, cause?: unknown) {
    super(
      `Expected the native TensorFlow engine to load, received: ${reason}. ` +
        'Run `npm run setup` to install it, and `npm run doctor` to see what is missing',
      { cause },
    );
  }
}

let loaded: Promise<EngineInfo> | undefined;

/**
 * Loads the native engine and makes it the backend of every tensor. Later calls give the first
 * one's answer; after a failure the next call tries again.
 */
export function useNativeEngine(): Promise<EngineInfo> {
  loaded ??= loadNativeEngine().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function loadNativeEngine(): Promise<EngineInfo> {
  restoreUtilFunctions();
  // TensorFlow reads its environment once, while it loads.
  for (const [name, value] of Object.entries(TENSORFLOW_ENVIRONMENT)) process.env[name] ??= value;
  try {
    await import('@tensorflow/tfjs-node');
  } catch (error) {
    throw new EngineUnavailableError(firstLine(error), error);
  }
  await tf.setBackend('tensorflow');
  const backend = nativeBackend();
  if (backend === null) {
    throw new EngineUnavailableError(
      `TensorFlow.js chose the backend "${tf.getBackend()}"; two copies of it may be installed`,
    );
  }
  loadOwnKernels();
  return {
    engine: `${backend.isGPUPackage ? 'tfjs-node-gpu' : 'tfjs-node'} ${tf.version_core}`,
    tensorflow: backend.binding.TF_Version,
    device: backend.isUsingGpuDevice
      ? 'GPU'
      : `CPU ${cpus()[0]?.model.trim() ?? 'of unknown make'}`,
  };
}

/** tfjs-node 4.22 calls functions that Node 23 removed from `util`. */
function restoreUtilFunctions(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0]!.trim().replace(/\.$/, '');
}
