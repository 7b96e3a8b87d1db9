import type { Row } from '../row.js';
import {
  BATCH_SIZE,
  heldBatches,
  type ShortName,
  SHORT_NAMES,
  syntheticLearner,
} from './synthetic.js';

/** Batches of one round. */
const BATCHES = 4;

/** The forward pass in evaluation mode, over batches that are there already. */
export const evaluations: readonly Row[] = [
  evaluation('lite0', { bar: 2.5, stretch: 4, isQuick: true }),
  evaluation('resnet34', { bar: 1.2, stretch: 1.5 }),
];

function evaluation(
  name: ShortName,
  { isQuick = false, ...wanted }: { bar: number; stretch: number; isQuick?: boolean },
): Row {
  const script = 'timed-evaluation.py';
  const architecture = SHORT_NAMES[name];
  return {
    id: `evaluate-${name}`,
    what: `predictions of ${architecture} for 128 images of 224 px, decoded before`,
    unit: 'images/s',
    isQuick,
    async ours() {
      const synthetic = await syntheticLearner(name);
      const measure = async () => {
        const source = await heldBatches(synthetic, BATCHES);
        const started = performance.now();
        await synthetic.learner.predict(source);
        return (BATCHES * BATCH_SIZE * 1000) / (performance.now() - started);
      };
      await measure();
      return { versions: synthetic.versions, measure };
    },
    peers: [
      { name: 'fastai', ...wanted, script, args: [architecture, 'default', String(BATCHES)] },
      {
        name: 'PyTorch, channels last',
        bar: null,
        stretch: null,
        script,
        args: [architecture, 'channels-last', String(BATCHES)],
      },
    ],
  };
}
