import { demoImages } from './demo-images.mjs';
import { dependencies } from './dependencies.mjs';
import { kernels } from './kernels.mjs';
import { nativeEngine } from './native-engine.mjs';
import { weights } from './weights.mjs';

/**
 * @typedef {object} Step
 * @property {string} name as given to `--only`
 * @property {string} title what it brings, and how large it is
 * @property {() => Promise<boolean>} isDone quick; false also for what broke off half-way
 * @property {(progress: { update(fraction: number, note?: string): void }) => Promise<void>} run
 */

/** In the order in which they need each other. @type {readonly Step[]} */
export const steps = [dependencies, nativeEngine, kernels, weights, demoImages];
