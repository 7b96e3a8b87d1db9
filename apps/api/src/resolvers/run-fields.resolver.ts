import {
  type Data,
  Artifact,
  Attempt,
  Checkpoint,
  CheckpointPlace,
  Dataset,
  Epoch,
  Phase,
  Progress,
  Run,
  RunConfig,
  RunEnvironment,
  RunError,
  RunStatus,
  DateTime,
} from '@whetstone/schema';
import { Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { checkpointId } from '../runs/checkpoints.js';
import { progressOf } from '../runs/progress.js';
import { bestEpochOf } from '../runs/run-state.js';
import type { Context } from './context.js';
import { RunView } from './run-view.js';
import { toDataset } from './to-dataset.js';
import { toConfig, toEpochs, toPhase } from './to-run.js';

@Resolver(() => Run)
export class RunFieldsResolver {
  @FieldResolver(() => RunStatus, { description: 'How far it has come.' })
  async status(@Root() run: RunView): Promise<RunStatus> {
    return (await run.state()).status;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Why, in a sentence, where the status alone does not say it.',
  })
  async statusReason(@Root() run: RunView): Promise<string | null> {
    return (await run.state()).statusReason;
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'When it first began to train.' })
  async startedAt(@Root() run: RunView): Promise<number | null> {
    return (await run.state()).startedAt;
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'When it ended for good.' })
  async endedAt(@Root() run: RunView): Promise<number | null> {
    return (await run.state()).endedAt;
  }

  @FieldResolver(() => Dataset, { description: 'Dataset it trains on.' })
  async dataset(@Root() run: RunView, @Ctx() { services }: Context): Promise<Data<Dataset>> {
    return toDataset(await services.datasets.find(run.record.datasetId), services.datasets);
  }

  @FieldResolver(() => RunConfig, { description: 'What it was started with.' })
  config(@Root() run: RunView): Data<RunConfig> {
    return toConfig(run.record.settings);
  }

  @FieldResolver(() => RunEnvironment, {
    nullable: true,
    description: 'What it trains on; null before it has begun.',
  })
  async environment(@Root() run: RunView): Promise<Data<RunEnvironment> | null> {
    return (await run.state()).environment;
  }

  @FieldResolver(() => Progress, { description: 'How far it has come and how long it will take.' })
  async progress(@Root() run: RunView): Promise<Data<Progress>> {
    return progressOf(await run.state(), run.record.settings);
  }

  @FieldResolver(() => RunError, {
    nullable: true,
    description: 'What went wrong, if something did.',
  })
  async error(@Root() run: RunView): Promise<Data<RunError> | null> {
    return (await run.state()).error;
  }

  @FieldResolver(() => [Attempt], {
    description: 'Trainer processes that worked on it, oldest first.',
  })
  async attempts(@Root() run: RunView): Promise<readonly Data<Attempt>[]> {
    return (await run.state()).attempts;
  }

  @FieldResolver(() => [Phase], { description: 'Its phases, in order.' })
  async phases(@Root() run: RunView): Promise<Data<Phase>[]> {
    const state = await run.state();
    return state.phases.map((phase) => toPhase(state, phase));
  }

  @FieldResolver(() => [Epoch], { description: 'Its finished epochs, over all fits.' })
  async epochs(@Root() run: RunView): Promise<Data<Epoch>[]> {
    return toEpochs(await run.state());
  }

  @FieldResolver(() => Epoch, {
    nullable: true,
    description:
      'Epoch with the lowest error rate so far, among equals with the lowest valid loss.',
  })
  async bestEpoch(@Root() run: RunView): Promise<Data<Epoch> | null> {
    const state = await run.state();
    const best = bestEpochOf(state);
    return best === null ? null : (toEpochs(state, [best])[0] ?? null);
  }

  @FieldResolver(() => [Artifact], { description: 'Files that it left.' })
  async artifacts(@Root() run: RunView): Promise<Data<Artifact>[]> {
    const { files } = await run.state();
    return files.map(({ kind, epoch, file, sha256, bytes }) => ({
      name: file,
      kind,
      url: `/artifacts/runs/${run.id}/${file}`,
      bytes,
      sha256,
      epoch,
    }));
  }

  @FieldResolver(() => [Checkpoint], {
    description: 'Those that are kept, oldest first. `StartRunInput.from` takes any of them.',
  })
  async checkpoints(@Root() run: RunView): Promise<Data<Checkpoint>[]> {
    const { checkpoints } = await run.state();
    return checkpoints.map(({ phase, epoch, step, endsFit, file, bytes, at }) => {
      const id = checkpointId(run.id, { file });
      return { id, phase, epoch, step, endsFit, bytes, createdAt: at };
    });
  }

  @FieldResolver(() => Run, {
    nullable: true,
    description:
      'Run whose checkpoint it began with; null if it began with pretrained weights, or if that run is gone.',
  })
  async parent(
    @Root() { record }: RunView,
    @Ctx() { services }: Context,
  ): Promise<Data<Run> | null> {
    const { from } = record.settings;
    const parent = from && (await services.store.runs.find(from.runId));
    return parent === undefined ? null : new RunView(parent, services.folds);
  }

  @FieldResolver(() => CheckpointPlace, {
    nullable: true,
    description: 'Checkpoint it began with; null if it began with pretrained weights.',
  })
  startedFrom(@Root() { record }: RunView): Data<CheckpointPlace> | null {
    return record.settings.from ?? null;
  }

  @FieldResolver(() => Int, {
    description: 'Newest event of its log: the cursor with which `runEvents` goes on from here.',
  })
  async lastSeq(@Root() run: RunView): Promise<number> {
    return (await run.state()).lastSeq;
  }
}
