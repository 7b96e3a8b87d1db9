import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { TrainingError, trainRun, useNativeEngine } from '@whetstone/training';
import { messageOf } from './errors.js';
import { whetstoneVersion } from './version.js';
import type { FromTrainer, ToTrainer } from './worker/trainer-messages.js';

const stopping = new AbortController();

function report(message: FromTrainer): void {
  process.send?.(message);
}

/** Reports the last message and leaves once the worker has it. */
function leaveWith(message: FromTrainer): void {
  process.send?.(message, undefined, undefined, () => process.exit(0));
}

async function train(message: Extract<ToTrainer, { type: 'job' }>): Promise<void> {
  const { status } = await trainRun(
    message.job,
    {
      event: (event) => {
        report({ type: 'event', event });
      },
      predictions: (phase, epoch, predictions) => {
        report({ type: 'predictions', phase, epoch, predictions });
      },
      bestWeights: (epoch, step, content) => {
        const file = path.join(message.scratchDir, `best-e${epoch}.safetensors`);
        writeFileSync(file, content);
        report({ type: 'best-weights', epoch, step, file });
      },
    },
    { signal: stopping.signal },
  );
  leaveWith({ type: 'ended', status });
}

function fail(error: unknown): void {
  const code = error instanceof TrainingError ? error.code : 'TRAINING_FAILED';
  if (!(error instanceof TrainingError)) console.error(error);
  leaveWith({ type: 'failed', code, message: messageOf(error) });
}

// Without a worker there is nobody to train for.
process.on('disconnect', () => {
  process.exit(0);
});

// Ctrl-C and the like reach every process of a group: the worker decides what becomes of the run.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

process.on('message', (message: ToTrainer) => {
  if (message.type === 'stop') stopping.abort('stopped by hand');
  else train(message).catch(fail);
});

try {
  const engine = await useNativeEngine();
  report({
    type: 'ready',
    environment: {
      ...engine,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      cpus: availableParallelism(),
      whetstone: whetstoneVersion,
    },
  });
} catch (error) {
  fail(error);
}
