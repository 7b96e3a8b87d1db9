import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
  type FitAdjustment,
  type FitOptions,
  TrainingError,
  trainRun,
  useNativeEngine,
} from '@whetstone/training';
import { messageOf } from './errors.js';
import { isNoRoom } from './no-room.js';
import { whetstoneVersion } from './version.js';
import type { FromTrainer, ToTrainer } from './worker/trainer-messages.js';

type Job = Extract<ToTrainer, { type: 'job' }>;

const stopping = new AbortController();

function report(message: FromTrainer): void {
  process.send?.(message);
}

/** Reports the last message and leaves once the worker has it. */
function leaveWith(message: FromTrainer): void {
  process.send?.(message, undefined, undefined, () => process.exit(0));
}

/** What a person wants of the next batch on. */
let wanted: FitAdjustment | undefined;

/** Adjustments that an earlier attempt made are made at their steps, then those that people want. */
function adjustments(made: Job['adjustments']): NonNullable<FitOptions['adjust']> {
  const bySteps = new Map(made.map((event) => [event.step, event]));
  return (step, epochsDone) => {
    const again = bySteps.get(step);
    if (again !== undefined) {
      const { learningRateFactor, epochs } = again;
      return {
        ...(learningRateFactor !== null && { learningRateFactor }),
        ...(epochs !== null && { epochsToGo: epochs - epochsDone }),
      };
    }
    const now = wanted;
    wanted = undefined;
    return now;
  };
}

async function train({ job, scratchDir, checkpoint, adjustments: made }: Job): Promise<void> {
  const { status } = await trainRun(
    job,
    {
      event: (event) => {
        report({ type: 'event', event });
      },
      predictions: (phase, epoch, predictions) => {
        report({ type: 'predictions', phase, epoch, predictions });
      },
      bestWeights: (epoch, step, content) => {
        const file = path.join(scratchDir, `best-e${epoch}.safetensors`);
        writeFileSync(file, content);
        const sha256 = createHash('sha256').update(content).digest('hex');
        report({ type: 'best-weights', epoch, step, file, sha256, bytes: content.length });
      },
      checkpoint: (place, content) => {
        const file = path.join(
          scratchDir,
          `checkpoint-p${place.phase}-e${place.epoch}-s${place.step}.safetensors`,
        );
        writeFileSync(file, content);
        report({ type: 'checkpoint', ...place, file });
      },
    },
    {
      signal: stopping.signal,
      adjust: adjustments(made),
      ...(checkpoint && { from: readFileSync(checkpoint) }),
    },
  );
  leaveWith({ type: 'ended', status });
}

function fail(error: unknown): void {
  if (!(error instanceof TrainingError)) console.error(error);
  leaveWith({ type: 'failed', code: codeOf(error), message: messageOf(error) });
}

function codeOf(error: unknown): string {
  if (error instanceof TrainingError) return error.code;
  return isNoRoom(error) ? 'DISK_FULL' : 'TRAINING_FAILED';
}

// Without a worker there is nobody to train for.
process.on('disconnect', () => {
  process.exit(0);
});

// Ctrl-C and the like reach every process of a group: the worker decides what becomes of the run.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

process.on('message', (message: ToTrainer) => {
  if (message.type === 'stop') stopping.abort('stopped by hand');
  else if (message.type === 'adjust') wanted = message.adjustment;
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
