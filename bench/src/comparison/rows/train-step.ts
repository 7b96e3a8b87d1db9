import type { Row } from '../row.js';
import { median } from '../report/figures.js';
import { type ShortName, SHORT_NAMES, syntheticLearner, timedStep } from './synthetic.js';

/** Steps of one round. */
const STEPS = 3;
/** Steps that are not timed: the second is the first that finds the optimizer's state made. */
const WARM_UP = 2;

interface Wanted {
  readonly bar: number;
  readonly stretch: number;
  readonly channelsLast: { readonly bar: number; readonly stretch: number | null };
  readonly isQuick?: boolean;
}

const INVERTED = { bar: 2.5, stretch: 3.5, channelsLast: { bar: 2, stretch: null } } as const;
const RESNET = { bar: 1.1, stretch: 1.5, channelsLast: { bar: 0.85, stretch: 1.1 } } as const;

/** Forward, backward and Adam for every parameter, on one batch that does not change. */
export const trainSteps: readonly Row[] = [
  trainStep('lite0', { ...INVERTED, isQuick: true }),
  trainStep('mobilenetv2', INVERTED),
  trainStep('resnet18', { ...RESNET, isQuick: true }),
  trainStep('resnet34', RESNET),
  trainStep('resnet50', RESNET),
];

function trainStep(name: ShortName, { bar, stretch, channelsLast, isQuick = false }: Wanted): Row {
  const script = 'timed-step.py';
  const architecture = SHORT_NAMES[name];
  return {
    id: `step-${name}`,
    what: `unfrozen train step of ${architecture}, 32 images of 224 px`,
    unit: 'ms',
    isQuick,
    async ours() {
      const synthetic = await syntheticLearner(name);
      let step = 0;
      const nextStep = async () => 1000 * (await timedStep(synthetic, step++));
      for (let count = 0; count < WARM_UP; count += 1) await nextStep();
      return {
        versions: synthetic.versions,
        async measure() {
          const times: number[] = [];
          for (let count = 0; count < STEPS; count += 1) times.push(await nextStep());
          return median(times);
        },
      };
    },
    peers: [
      { name: 'fastai', bar, stretch, script, args: [architecture, 'default'] },
      {
        name: 'PyTorch, channels last',
        ...channelsLast,
        script,
        args: [architecture, 'channels-last'],
      },
    ],
  };
}
