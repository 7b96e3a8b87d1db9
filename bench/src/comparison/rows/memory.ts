import { readFile } from 'node:fs/promises';
import type { Row } from '../row.js';
import { syntheticLearner, timedStep } from './synthetic.js';

/** Steps before memory is read: the optimizer's state is made in the first. */
const STEPS = 2;

/** The most memory that a process had which trained. */
export const memory: Row = {
  id: 'memory-lite0',
  what: 'peak memory of a process that takes unfrozen train steps of tf_efficientnet_lite0, 32 images of 224 px',
  unit: 'MB',
  isQuick: true,
  rounds: { quick: 2, full: 5 },
  startsAfresh: true,
  async ours() {
    const synthetic = await syntheticLearner('lite0');
    return {
      versions: synthetic.versions,
      async measure() {
        for (let step = 0; step < STEPS; step += 1) await timedStep(synthetic, step);
        return peakMemory();
      },
    };
  },
  peers: [
    {
      name: 'fastai',
      bar: 0.8,
      stretch: 1.2,
      script: 'peak-memory.py',
      args: ['tf_efficientnet_lite0', String(STEPS)],
    },
  ],
};

/** In MB. Linux calls it VmHWM, in KiB; what Node says elsewhere may count a parent's memory as well. */
async function peakMemory(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return (Number(kibibytes ?? process.resourceUsage().maxRSS) * 1024) / 1e6;
}
