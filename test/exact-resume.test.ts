import { afterAll, describe, expect, it } from 'vitest';
import { atEndOfEpoch, atStep, inLrFinder, type Kill, trainDisturbed } from './support/kills.js';
import { removeFolders, temporaryFolder } from './support/program.js';
import { shapesFolder } from './support/runs.js';

/** 72 shapes, a quarter of them valid: 6 batches an epoch. */
const BATCHES = 6;
const phases = [
  { lrFind: { steps: 30 } },
  { fit: { epochs: 2, suggestion: 'VALLEY', learningRate: 1e-3 } },
  { unfreeze: {} },
  { fit: { epochs: 3, learningRateRange: { min: 1e-5, max: 1e-3 } } },
];
const input = { phases, imageSize: 64, batchSize: 9 };

describe.skipIf(process.platform !== 'linux')('A run that is killed again and again', () => {
  afterAll(removeFolders);

  it('goes on by itself and ends as if nothing had happened, bit for bit', async () => {
    const folder = await shapesFolder();
    const train = async (kills: readonly Kill[]) =>
      trainDisturbed({ dataDir: await temporaryFolder('data'), folder, input, kills });
    const undisturbed = await train([]);
    const kills: readonly Kill[] = [
      { victim: 'trainer', moment: inLrFinder(10) },
      { victim: 'api and trainer', moment: atStep(3) },
      { victim: 'api', moment: atStep(BATCHES + 2) },
      { victim: 'api and trainer', moment: atEndOfEpoch(3) },
      { victim: 'trainer', moment: atStep(3 * BATCHES + 4) },
    ];
    const disturbed = await train(kills);

    expect(disturbed.outcome).toEqual(undisturbed.outcome);
    const steps = Array.from({ length: 5 * BATCHES }, (_, step) => step);
    expect(undisturbed.received).toEqual(steps);
    expect(disturbed.received).toEqual(steps);
    expect(disturbed.events.map(({ seq }) => seq)).toEqual(disturbed.events.map((_, seq) => seq));
    expect(disturbed.events.map((event) => event.__typename)).not.toContain('Rewound');
    expect(disturbed.again).toHaveLength(kills.length);
    // Epochs as short as these have a checkpoint at every second end at least, which may just be being written.
    for (const again of disturbed.again) expect(again).toBeLessThanOrEqual(3 * BATCHES);
  });

  it('does so as well if it began with the checkpoint of a run that was deleted', async () => {
    const folder = await shapesFolder();
    const parent = {
      ...input,
      phases: [
        { unfreeze: {} },
        { fit: { epochs: 1, learningRateRange: { min: 1e-5, max: 1e-3 } } },
      ],
    };
    const train = async (kills: readonly Kill[]) =>
      trainDisturbed({
        dataDir: await temporaryFolder('data'),
        folder,
        parent,
        input: { recipe: 'EXTEND', epochs: 2 },
        kills,
      });
    const undisturbed = await train([]);
    const disturbed = await train([
      // Before its own first checkpoint, and behind it.
      { victim: 'api and trainer', moment: atStep(2) },
      { victim: 'trainer', moment: atStep(BATCHES + 2) },
    ]);
    expect(disturbed.outcome).toEqual(undisturbed.outcome);
    expect(disturbed.received).toEqual(Array.from({ length: 2 * BATCHES }, (_, step) => step));
    expect(disturbed.again).toHaveLength(2);
    expect(disturbed.events.map((event) => event.__typename)).not.toContain('Rewound');
  });
});
