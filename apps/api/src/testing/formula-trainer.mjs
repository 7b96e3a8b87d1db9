/**
 * Speaks the trainer’s side of `worker/trainer-messages.ts` and reports a curve from a formula, so
 * that supervision can be tested without an engine. Its manners come from the environment.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const batchMs = Number(process.env['FORMULA_BATCH_MS'] ?? '1');
/** Step before which the process dies. */
const dieAtStep = Number(process.env['FORMULA_DIE_AT_STEP'] ?? 'Infinity');
const ignoresStop = process.env['FORMULA_IGNORES_STOP'] === '1';
const batches = 6;

let stopped = false;
let step = 0;
let epoch = 0;

const report = (message) => process.send(message);
const event = (fact) => report({ type: 'event', event: fact });
const lossAt = (at) => (at === 3 ? Number.NaN : Math.exp(-at / 10));

async function lrFind(phase, { steps }) {
  for (let index = 0; index < steps && !stopped; index += 1) {
    await sleep(batchMs);
    event({
      type: 'lr-finder-points',
      phase,
      indexes: [index],
      times: [Date.now()],
      learningRates: [10 ** (index - 7)],
      losses: [1 / (index + 1)],
      smoothedLosses: [1 / (index + 1)],
    });
  }
  const suggestions = ['valley', 'steep', 'minimum', 'slide'].map((method) => ({
    method,
    learningRate: method === 'slide' ? null : 1e-3,
    index: method === 'slide' ? null : 0,
    note: 'from a formula',
  }));
  event({
    type: 'lr-finder-end',
    phase,
    stoppedBecause: stopped ? 'stopped' : 'completed',
    suggestions,
  });
}

async function trainBatch(phase) {
  await sleep(batchMs);
  if (step === dieAtStep) {
    console.error('the formula came to its end');
    process.kill(process.pid, 'SIGKILL');
    await sleep(10_000);
  }
  event({
    type: 'batches',
    phase,
    steps: [step],
    epochs: [epoch],
    times: [Date.now()],
    losses: [lossAt(step)],
    smoothedLosses: [lossAt(step)],
    learningRates: [1e-3],
    momentums: [0.9],
    groupLearningRates: [[1e-5], [1e-3]],
  });
  step += 1;
}

/** Four valid items of two classes, of which one more is right after every epoch. */
function endEpoch(phase, { scratchDir }) {
  const right = Math.min(epoch + 1, 4);
  const predicted = [0, 0, 1, 1].map((actual, row) => (row < right ? actual : 1 - actual));
  const predictions = {
    vocab: ['circle', 'square'],
    items: [0, 1, 2, 3],
    actuals: [0, 0, 1, 1],
    predicted,
    losses: [0.1, 0.2, 0.3, epoch === 0 ? Number.POSITIVE_INFINITY : 0.4],
    actualProbabilities: [0.9, 0.8, 0.7, 0.6],
    predictedProbabilities: [0.9, 0.8, 0.7, 0.6],
  };
  report({ type: 'predictions', phase, epoch, predictions });
  const file = path.join(scratchDir, `best-e${epoch}.safetensors`);
  writeFileSync(file, `weights of epoch ${epoch}`);
  report({ type: 'best-weights', epoch, step: step - 1, file });
  event({
    type: 'epoch-end',
    phase,
    epoch,
    step: step - 1,
    trainLoss: lossAt(step - 1),
    validLoss: lossAt(step),
    seconds: 0.1,
    metrics: [
      { name: 'errorRate', value: 1 - right / 4, higherIsBetter: false },
      { name: 'accuracy', value: right / 4, higherIsBetter: true },
    ],
  });
  epoch += 1;
}

async function fit(phase, { epochs }, message) {
  for (let count = 0; count < epochs && !stopped; count += 1) {
    for (let batch = 0; batch < batches && !stopped; batch += 1) await trainBatch(phase);
    if (!stopped) endEpoch(phase, message);
  }
}

async function train(message) {
  for (const [index, phase] of message.job.phases.entries()) {
    event({
      type: 'phase-start',
      phase: index,
      kind: phase.kind,
      epochs: phase.kind === 'fit' ? phase.epochs : 0,
      batches: phase.kind === 'lr-find' ? phase.steps : batches,
      firstStep: step,
      firstEpoch: epoch,
      trainableGroups: 1,
      layerGroups: 2,
    });
    if (phase.kind === 'lr-find') await lrFind(index, phase);
    if (phase.kind === 'fit') await fit(index, phase, message);
    const outcome = stopped ? 'stopped' : 'completed';
    event({ type: 'phase-end', phase: index, outcome, seconds: 0.1 });
    if (stopped) break;
  }
  leaveWith({ type: 'ended', status: stopped ? 'stopped' : 'completed' });
}

const leaveWith = (message) => process.send(message, undefined, undefined, () => process.exit(0));

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message.type === 'stop') stopped = !ignoresStop;
  else if (message.job.seed === 13) {
    leaveWith({
      type: 'failed',
      code: 'NO_SUGGESTION',
      message: 'Expected a suggestion, received none',
    });
  } else void train(message);
});

report({
  type: 'ready',
  environment: {
    engine: 'formula 1.0.0',
    tensorflow: '0.0.0',
    device: 'paper',
    node: process.version,
    platform: 'test',
    cpus: 1,
    whetstone: '0.0.0',
  },
});
