import type { BatchMetricsArgs, Data, LrFinderPointsArgs, RunEventsArgs } from '@whetstone/schema';
import { badInput } from '../errors.js';
import { batchMetrics } from '../live/batch-metrics.js';
import { endingEarly } from '../live/ending-early.js';
import { finderPhase, lrFinderPoints } from '../live/lr-finder-points.js';
import { updates } from '../live/updates.js';
import { existingRun } from '../runs/run-folds.js';
import type { Services } from '../services.js';
import type { Context } from './context.js';
import { RunView } from './run-view.js';
import { toDataset } from './to-dataset.js';
import { type RunEventView, toRunEvent } from './to-run-event.js';

interface Asked<Arguments> {
  readonly args: Arguments;
  readonly context: Context;
}

/** Things that a subscription to all begins with. */
const MOST_AT_FIRST = 100;

/** Where the messages of each subscription come from. An unknown id is refused before the first. */
export const streams = {
  runEvents: async ({ args, context: { services } }: Asked<Data<RunEventsArgs>>) => {
    const run = await existingRun(services.store.runs, args.runId);
    return endingEarly(runEvents(run.id, cursor('after', args.after), services));
  },

  batchMetrics: async ({ args, context: { services } }: Asked<Data<BatchMetricsArgs>>) => {
    const run = await existingRun(services.store.runs, args.runId);
    return endingEarly(batchMetrics(run.id, cursor('afterStep', args.afterStep), services));
  },

  lrFinderPoints: async ({ args, context: { services } }: Asked<Data<LrFinderPointsArgs>>) => {
    const run = await existingRun(services.store.runs, args.runId);
    const phase = finderPhase(run, args.phase ?? null);
    const after = cursor('after', args.after);
    return endingEarly(
      phase === undefined ? none() : lrFinderPoints(run, { phase, after }, services),
    );
  },

  runUpdated: async ({
    args,
    context: { services },
  }: Asked<{ readonly runId?: string | null }>) => {
    const { folds, bus, store } = services;
    const id = args.runId ?? null;
    const first = id === null ? undefined : await existingRun(store.runs, id);
    const find = async (changed: string) => {
      const run = await store.runs.find(changed);
      return run && new RunView(run, folds);
    };
    const initial = async () => {
      if (first !== undefined) return [new RunView(first, folds)];
      const { entries } = await store.runs.list({
        limit: MOST_AT_FIRST,
        orderBy: 'created-at',
        descending: true,
      });
      return entries.map((run) => new RunView(run, folds));
    };
    return endingEarly(updates({ id, bus, initial, find }));
  },

  datasetUpdated: async ({
    args,
    context: { services },
  }: Asked<{ readonly datasetId?: string | null }>) => {
    const { datasets, bus, store } = services;
    const id = args.datasetId ?? null;
    const first = id === null ? undefined : await datasets.find(id);
    const find = async (changed: string) => {
      const dataset = await store.datasets.find(changed);
      return dataset && toDataset(dataset, datasets);
    };
    const initial = async () => {
      const { entries } =
        first === undefined
          ? await store.datasets.list({ limit: MOST_AT_FIRST })
          : { entries: [first] };
      return Promise.all(entries.map((dataset) => toDataset(dataset, datasets)));
    };
    return endingEarly(updates({ id, bus, initial, find }));
  },
};

async function* runEvents(
  runId: string,
  after: number,
  { feed }: Services,
): AsyncGenerator<RunEventView, void, undefined> {
  for await (const events of feed.follow(runId, after)) yield* events.map(toRunEvent);
}

async function* none(): AsyncGenerator<never, void, undefined> {
  yield* await Promise.resolve([]);
}

/** Cursors are exclusive and begin at 0; left out is from the start. */
function cursor(name: string, value: number | null | undefined): number {
  const after = value ?? -1;
  if (after >= -1) return after;
  throw badInput(name, {
    expected: 'a cursor of -1 or more',
    received: after,
    fix: 'Leave it out to begin at the start',
  });
}
