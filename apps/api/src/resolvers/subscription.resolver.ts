import {
  BatchMetrics,
  BatchMetricsArgs,
  type Data,
  Dataset,
  LrFinderPoints,
  LrFinderPointsArgs,
  Run,
  RunEvent,
  RunEventsArgs,
} from '@whetstone/schema';
import { Arg, Args, ID, Resolver, Root, Subscription } from 'type-graphql';
import { streams } from './streams.js';
import type { RunView } from './run-view.js';
import type { RunEventView } from './to-run-event.js';

const oneOrAll = (kind: string) => ({
  nullable: true,
  description: `Id of the ${kind}; all of them if left out.`,
});

// Arguments are read by the streams; here they only enter the schema.
@Resolver()
export class SubscriptionResolver {
  @Subscription(() => RunEvent, {
    description:
      'The log of a run: first what is stored, then live. Completes after the last event of a run that has ended for good; an interrupted run may go on.',
    subscribe: streams.runEvents,
  })
  runEvents(
    @Args(() => RunEventsArgs) _args: RunEventsArgs,
    @Root() event: RunEventView,
  ): RunEventView {
    return event;
  }

  @Subscription(() => BatchMetrics, {
    description:
      'Train batches of a run: first those that are stored, then live. Completes after the last batch of a run that has ended for good.',
    subscribe: streams.batchMetrics,
  })
  batchMetrics(
    @Args(() => BatchMetricsArgs) _args: BatchMetricsArgs,
    @Root() message: Data<BatchMetrics>,
  ): Data<BatchMetrics> {
    return message;
  }

  @Subscription(() => LrFinderPoints, {
    description:
      'Points of one learning-rate finder: first those that are stored, then live. The last message carries the suggestions; then it completes.',
    subscribe: streams.lrFinderPoints,
  })
  lrFinderPoints(
    @Args(() => LrFinderPointsArgs) _args: LrFinderPointsArgs,
    @Root() message: Data<LrFinderPoints>,
  ): Data<LrFinderPoints> {
    return message;
  }

  @Subscription(() => Run, {
    description:
      'The state of a run now, then after each change, at most five times a second. Of all runs: the newest hundred first.',
    subscribe: streams.runUpdated,
  })
  runUpdated(
    @Arg('runId', () => ID, oneOrAll('run')) _runId: string | null,
    @Root() run: RunView,
  ): Data<Run> {
    return run;
  }

  @Subscription(() => Dataset, {
    description:
      'The state of a dataset now, then after each change, at most five times a second. Of all datasets: the newest hundred first.',
    subscribe: streams.datasetUpdated,
  })
  datasetUpdated(
    @Arg('datasetId', () => ID, oneOrAll('dataset')) _datasetId: string | null,
    @Root() dataset: Data<Dataset>,
  ): Data<Dataset> {
    return dataset;
  }
}
