import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from './support/graphql.js';
import { type Program, removeFolders, startProgram } from './support/program.js';
import { importFolder, runReaches, shapesFolder, startRun } from './support/runs.js';
import { subscribe } from './support/subscription.js';

interface Batches {
  readonly steps: readonly number[];
  readonly losses: readonly (number | string)[];
  readonly learningRates: readonly number[];
}
interface Points {
  readonly indexes: readonly number[];
  readonly suggestions: readonly { method: string }[];
}

const batchMetrics = `subscription ($runId: ID!, $afterStep: Int) {
  batchMetrics(runId: $runId, afterStep: $afterStep) { steps losses learningRates }
}`;
const lrFinderPoints = `subscription ($runId: ID!, $after: Int) {
  lrFinderPoints(runId: $runId, after: $after) { indexes suggestions { method } }
}`;
const runEvents = `subscription ($runId: ID!, $after: Int) {
  runEvents(runId: $runId, after: $after) { __typename seq }
}`;

const steps = (messages: readonly Batches[]) => messages.flatMap((message) => message.steps);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('A run on drawn shapes, on the real program', () => {
  const finderSteps = 16;
  let program: Program;
  let datasetId: string;
  let runId: string;

  beforeAll(async () => {
    program = await startProgram();
    datasetId = await importFolder(program.dashboard, await shapesFolder());
    runId = await startRun(program.dashboard, {
      datasetId,
      imageSize: 64,
      batchSize: 9,
      phases: [
        { lrFind: { steps: finderSteps } },
        { fit: { epochs: 2, suggestion: 'VALLEY', learningRate: 3e-3 } },
        { unfreeze: {} },
        { fit: { epochs: 3, learningRateRange: { min: 1e-5, max: 1e-3 } } },
      ],
    });
  });

  afterAll(async () => {
    await program.stop();
    await removeFolders();
  });

  it('sends every batch once and in order, also when the socket is cut in the middle', async () => {
    const variables = { runId, afterStep: null as number | null };
    const first = subscribe<Batches>(program.api, {
      query: batchMetrics,
      variables,
      field: 'batchMetrics',
    });
    const undisturbed = subscribe<Batches>(program.dashboard, {
      query: batchMetrics,
      variables,
      field: 'batchMetrics',
    });
    await first.until((messages) => steps(messages).length >= 5);
    first.cut();
    expect(await first.ended).toBe('cut');

    const second = subscribe<Batches>(program.api, {
      query: batchMetrics,
      variables: { runId, afterStep: steps(first.received).at(-1)! },
      field: 'batchMetrics',
    });
    expect(await second.ended).toBe('completed');
    expect(await undisturbed.ended).toBe('completed');

    const trained = 5 * Math.floor(54 / 9);
    expect([...steps(first.received), ...steps(second.received)]).toEqual(upTo(trained));
    expect(steps(undisturbed.received)).toEqual(upTo(trained));
  });

  it('succeeds', async () => {
    expect(await runReaches(program.api, runId, ['SUCCEEDED'])).toBe('SUCCEEDED');
  });

  it('sends a late subscriber the same batches from the store', async () => {
    const late = subscribe<Batches>(program.api, {
      query: batchMetrics,
      variables: { runId },
      field: 'batchMetrics',
    });
    expect(await late.ended).toBe('completed');
    expect(steps(late.received)).toEqual(upTo(30));
  });

  it('sends every point of the learning-rate finder and, last, all four suggestions', async () => {
    const finder = subscribe<Points>(program.api, {
      query: lrFinderPoints,
      variables: { runId },
      field: 'lrFinderPoints',
    });
    expect(await finder.ended).toBe('completed');
    const indexes = finder.received.flatMap((message) => message.indexes);
    expect(indexes).toEqual(upTo(indexes.length));
    expect(indexes.length).toBeGreaterThan(0);
    expect(indexes.length).toBeLessThanOrEqual(finderSteps);
    expect(finder.received.at(-1)?.suggestions.map(({ method }) => method)).toEqual([
      'VALLEY',
      'STEEP',
      'MINIMUM',
      'SLIDE',
    ]);
  });

  it('numbers the events of the run from 0 without gaps, and goes on after a cursor', async () => {
    const options = { query: runEvents, field: 'runEvents' };
    const all = subscribe<{ seq: number }>(program.api, { ...options, variables: { runId } });
    expect(await all.ended).toBe('completed');
    const seqs = all.received.map(({ seq }) => seq);
    expect(seqs).toEqual(upTo(seqs.length));

    const rest = subscribe<{ seq: number }>(program.api, {
      ...options,
      variables: { runId, after: 4 },
    });
    expect(await rest.ended).toBe('completed');
    expect(rest.received.map(({ seq }) => seq)).toEqual(seqs.slice(5));
  });

  it('shows a confusion matrix for every epoch that agrees with the predictions', async () => {
    interface Judged {
      readonly run: {
        readonly epochs: readonly { epoch: number; metrics: { errorRate: number } }[];
      };
    }
    const { run } = await ask<Judged>(
      program.api,
      `query ($id: ID!) { run(id: $id) { epochs { epoch metrics { errorRate } } } }`,
      { id: runId },
    );
    expect(run.epochs.map(({ epoch }) => epoch)).toEqual(upTo(5));
    for (const { epoch, metrics } of run.epochs) {
      const { labels, counts, predictions } = await matrixOf(program.api, runId, epoch);
      const recounted = labels.map((actual) =>
        labels.map(
          (predicted) =>
            predictions.filter((one) => one.actual === actual && one.predicted === predicted)
              .length,
        ),
      );
      expect(counts).toEqual(recounted);
      const wrong = predictions.filter(({ actual, predicted }) => actual !== predicted).length;
      expect(metrics.errorRate).toBeCloseTo(wrong / predictions.length, 9);
    }
  });

  it('learns the shapes', async () => {
    const { run } = await ask<{ run: { bestEpoch: { metrics: { errorRate: number } } } }>(
      program.api,
      `query ($id: ID!) { run(id: $id) { bestEpoch { metrics { errorRate } } } }`,
      { id: runId },
    );
    // Guessing among three classes is wrong two times in three.
    expect(run.bestEpoch.metrics.errorRate).toBeLessThan(0.34);
  });

  it('serves the picture of every top loss through the page’s own address', async () => {
    const { run } = await ask<{ run: { topLosses: readonly { item: { imageUrl: string } }[] } }>(
      program.dashboard,
      `query ($id: ID!) { run(id: $id) { topLosses(first: 3) { item { imageUrl(size: 128) } } } }`,
      { id: runId },
    );
    for (const { item } of run.topLosses) {
      const response = await fetch(new URL(item.imageUrl, program.dashboard));
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    }
  });
});

interface Matrix {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
  readonly predictions: readonly { actual: string; predicted: string }[];
}

async function matrixOf(address: string, id: string, epoch: number): Promise<Matrix> {
  const { run } = await ask<{
    run: {
      confusionMatrix: { labels: string[]; counts: number[][] };
      topLosses: { actual: string; predicted: string }[];
    };
  }>(
    address,
    `query ($id: ID!, $epoch: Int!) { run(id: $id) {
      confusionMatrix(epoch: $epoch) { labels counts }
      topLosses(first: 100, epoch: $epoch) { actual predicted }
    } }`,
    { id, epoch },
  );
  return { ...run.confusionMatrix, predictions: run.topLosses };
}
