/**
 * Speaks the trainer’s side of `worker/trainer-messages.ts` and reports a curve from a formula, so
 * that supervision can be tested without an engine. Its manners come from the environment.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const batchMs = Number(process.env['FORMULA_BATCH_MS'] ?? '1');
/** Step before which the process dies; with a file, only as long as that is not there. */
const dieAtStep = Number(process.env['FORMULA_DIE_AT_STEP'] ?? 'Infinity');
const diesOnce = process.env['FORMULA_DIES_ONCE'];
/** From the second attempt on losses are larger, as on another kind of processor. */
const drifts = process.env['FORMULA_DRIFTS'] === '1';
const ignoresStop = process.env['FORMULA_IGNORES_STOP'] === '1';
const batches = 6;

let stopped = false;
let step = 0;
let epoch = 0;
/** Phase, and epochs and batches of its fit, that a checkpoint leads to. */
let from = { phase: 0, epochs: 0, batches: 0, within: false };
let drift = 0;
/** Steps that the run had done whose checkpoint this one began with: the curve goes on from there. */
let stepsBefore = 0;
/** What the worker wants of the next batch on, and what it wanted of earlier attempts. */
let wanted;
let made = [];
/** Learning rate, and epochs of the fit at hand. */
let rate = 1e-3;
let epochsOfFit = 0;

const report = (message) => process.send(message);
const event = (fact) => report({ type: 'event', event: fact });
const lossAt = (at) => (at === 3 ? Number.NaN : Math.exp(-(at + stepsBefore) / 10) + drift);

function checkpoint(scratchDir, place) {
  const file = path.join(scratchDir, `checkpoint-${step}-${place.batches}.json`);
  writeFileSync(file, JSON.stringify({ step, epoch, rate, epochsOfFit, stepsBefore, ...place }));
  const { phase, within, endsFit = false } = place;
  report({ type: 'checkpoint', phase, within, endsFit, epoch, step, file });
}

function goOn(file) {
  // Every checkpoint but the first is as one of another version.
  if (process.env['FORMULA_UNREADABLE'] === '1' && JSON.parse(readFileSync(file, 'utf8')).step > 4)
    return false;
  ({ step, epoch, stepsBefore, ...from } = JSON.parse(readFileSync(file, 'utf8')));
  if (drifts) drift = 1;
  return true;
}

function begin(file) {
  const other = JSON.parse(readFileSync(file, 'utf8'));
  stepsBefore = other.step + other.stepsBefore;
}

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
  if (step === dieAtStep && !(diesOnce && existsSync(diesOnce))) {
    if (diesOnce) writeFileSync(diesOnce, '');
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
    learningRates: [rate],
    momentums: [0.9],
    groupLearningRates: [[rate / 100], [rate]],
  });
  step += 1;
}

/** Takes up what is wanted before a batch, as the engine does. */
function adjust(phase, epochsDone) {
  const again = made.find((one) => one.step === step);
  const { learningRateFactor = null, epochsToGo } = wanted ?? {};
  const epochs = epochsToGo === undefined ? null : epochsDone + epochsToGo;
  const now = again ?? (wanted && { type: 'adjusted', phase, step, learningRateFactor, epochs });
  if (!again) wanted = undefined;
  if (!now) return;
  event(now);
  rate = 1e-3 * (now.learningRateFactor ?? rate / 1e-3);
  epochsOfFit = now.epochs ?? epochsOfFit;
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
  const weights = `weights of epoch ${epoch}`;
  writeFileSync(file, weights);
  const sha256 = createHash('sha256').update(weights).digest('hex');
  report({ type: 'best-weights', epoch, step: step - 1, file, sha256, bytes: weights.length });
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
  let { batches: done } = from;
  epochsOfFit = from.epochsOfFit ?? epochs;
  rate = from.rate ?? 1e-3;
  for (let count = from.epochs; count < epochsOfFit && !stopped; count += 1, done = 0) {
    for (let batch = done; batch < batches && !stopped; batch += 1) {
      adjust(phase, count);
      await trainBatch(phase);
      // Two of three epochs have one in the middle, and a run that is stopped has one where it is.
      const place = { phase, epochs: count, batches: batch + 1, within: true };
      if (stopped || (batch === 3 && epoch % 3 < 2)) checkpoint(message.scratchDir, place);
    }
    if (stopped) return;
    endEpoch(phase, message);
    const place = { phase, epochs: count + 1, batches: 0, within: true };
    checkpoint(message.scratchDir, { ...place, endsFit: count + 1 === epochsOfFit });
  }
}

async function train(message) {
  made = message.adjustments;
  if (message.checkpoint !== null && !goOn(message.checkpoint)) {
    leaveWith({ type: 'failed', code: 'CHECKPOINT_UNREADABLE', message: 'Expected another' });
    return;
  }
  const { startFrom } = message.job;
  if (message.checkpoint === null && startFrom !== undefined) begin(startFrom);
  for (const [index, phase] of message.job.phases.entries()) {
    if (index < from.phase) continue;
    const begun = index === from.phase && from.within;
    if (!begun) from = { phase: 0, epochs: 0, batches: 0, within: false };
    if (!begun)
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
  else if (message.type === 'adjust') wanted = message.adjustment;
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
