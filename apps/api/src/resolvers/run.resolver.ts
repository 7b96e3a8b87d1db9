import {
  AdjustRunInput,
  type Data,
  DeletePayload,
  Node,
  Run,
  RunConnection,
  RunPayload,
  RunsArgs,
  StartRunInput,
  StartRunPayload,
  UpdateRunInput,
} from '@whetstone/schema';
import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { RunRecord } from '../runs/run-store.js';
import type { Services } from '../services.js';
import { listCost } from './costs.js';
import { pageQuery, toConnection } from './paging.js';
import { RunView } from './run-view.js';
import type { Context } from './context.js';
import { toDataset } from './to-dataset.js';

const toView = ({ folds }: Services, record: RunRecord) => new RunView(record, folds);

@Resolver(() => Run)
export class RunResolver {
  @Query(() => Node, { nullable: true, description: 'Finds a run or a dataset by its id.' })
  async node(
    @Ctx() { services }: Context,
    @Arg('id', () => ID, { description: 'Id of a run or a dataset.' }) id: string,
  ): Promise<Data<Node> | null> {
    const run = await services.store.runs.find(id);
    if (run !== undefined) return toView(services, run);
    const dataset = await services.store.datasets.find(id);
    return dataset === undefined ? null : toDataset(dataset, services.datasets);
  }

  @Query(() => Run, { nullable: true, description: 'A run by its id; null if there is none.' })
  async run(
    @Ctx() { services }: Context,
    @Arg('id', () => ID, { description: 'Id of the run.' }) id: string,
  ): Promise<Data<Run> | null> {
    const run = await services.store.runs.find(id);
    return run === undefined ? null : toView(services, run);
  }

  @Query(() => RunConnection, { description: 'Runs, the newest first.', complexity: listCost })
  async runs(
    @Ctx() { services }: Context,
    @Args(() => RunsArgs) { filter, orderBy, ...args }: RunsArgs,
  ): Promise<Data<RunConnection>> {
    const query = pageQuery(args);
    const field = orderBy?.field ?? 'created-at';
    const page = await services.store.runs.list({
      ...query,
      ...(filter?.status && { statuses: filter.status }),
      ...(filter?.datasetId != null && { datasetId: filter.datasetId }),
      ...(filter?.text != null && { text: filter.text }),
      orderBy: field,
      descending: (orderBy?.direction ?? 'desc') === 'desc',
    });
    return toConnection(page, {
      query,
      position: ({ id, name, createdAt }) => ({ id, value: field === 'name' ? name : createdAt }),
      toNode: (run): Data<Run> => toView(services, run),
    });
  }

  @Mutation(() => StartRunPayload, { description: 'Queues a run and returns it at once.' })
  async startRun(
    @Ctx() { services }: Context,
    @Arg('input', () => StartRunInput, { description: 'What to run.' }) input: StartRunInput,
  ): Promise<Data<StartRunPayload>> {
    return { run: toView(services, await services.runs.start(input)) };
  }

  @Mutation(() => RunPayload, {
    description:
      'Stops a run: at once if it waits, after the batch at hand if it trains. What it learned is kept. A run that has ended stays as it is.',
  })
  async stopRun(
    @Ctx() { services }: Context,
    @Arg('id', () => ID, { description: 'Id of the run.' }) id: string,
  ): Promise<Data<RunPayload>> {
    return { run: toView(services, await services.control.stop(id)) };
  }

  @Mutation(() => RunPayload, { description: 'Changes how people find a run.' })
  async updateRun(
    @Ctx() { services }: Context,
    @Arg('id', () => ID, { description: 'Id of the run.' }) id: string,
    @Arg('input', () => UpdateRunInput, { description: 'What to change.' }) input: UpdateRunInput,
  ): Promise<Data<RunPayload>> {
    return { run: toView(services, await services.control.update(id, input)) };
  }

  @Mutation(() => DeletePayload, {
    description:
      'Stops a run, then removes every trace of it. Features of its images, which other runs share, stay.',
  })
  async deleteRun(
    @Ctx() { services }: Context,
    @Arg('id', () => ID, { description: 'Id of the run.' }) id: string,
  ): Promise<Data<DeletePayload>> {
    await services.control.delete(id);
    return { id };
  }

  @Mutation(() => RunPayload, {
    description:
      'Pauses a run: at once if it waits, after the batch at hand, behind a checkpoint, if it trains. A paused run stays as it is.',
  })
  async pauseRun(
    @Ctx() { services }: Context,
    @Arg('id', () => ID, { description: 'Id of the run.' }) id: string,
  ): Promise<Data<RunPayload>> {
    return { run: toView(services, await services.control.pause(id)) };
  }

  @Mutation(() => RunPayload, {
    description:
      'Queues a paused run again; it goes on where it was. A run that waits or trains stays as it is.',
  })
  async resumeRun(
    @Ctx() { services }: Context,
    @Arg('id', () => ID, { description: 'Id of the run.' }) id: string,
  ): Promise<Data<RunPayload>> {
    return { run: toView(services, await services.control.resume(id)) };
  }

  @Mutation(() => RunPayload, {
    description:
      'Changes the fit at hand from its next batch on; a `FitAdjusted` event says from which step. CONFLICT while another command is on its way.',
  })
  async adjustRun(
    @Ctx() { services }: Context,
    @Arg('id', () => ID, { description: 'Id of the run.' }) id: string,
    @Arg('input', () => AdjustRunInput, { description: 'What to change.' }) input: AdjustRunInput,
  ): Promise<Data<RunPayload>> {
    return { run: toView(services, await services.control.adjust(id, input)) };
  }
}
