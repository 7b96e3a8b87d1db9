import {
  classReport,
  confusionCells,
  confusionMatrix,
  mostConfused,
  type Predictions,
  topLosses,
} from '@whetstone/training';
import {
  type Data,
  CellArgs,
  ClassReport,
  Confusion,
  ConfusionCells,
  ConfusionMatrix,
  ItemPrediction,
  ItemPredictionConnection,
  MostConfusedArgs,
  Run,
  TopLossesArgs,
} from '@whetstone/schema';
import { Arg, Args, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { badInput, DomainError } from '../errors.js';
import { assertInteger } from '../runs/input-ranges.js';
import type { Context } from './context.js';
import { heavyCost, listCost } from './costs.js';
import { toItem } from './item-view.js';
import { pageOfList, pageQuery } from './paging.js';
import type { RunView } from './run-view.js';

/** A dense matrix of more classes is too large for one answer. */
const MOST_CLASSES = 200;

/** A matrix as resolvers see it: what GraphQL says of it, and what it is made of. */
interface MatrixView extends Data<ConfusionMatrix> {
  readonly run: RunView;
  readonly predictions: Predictions;
}

const epochArgument = {
  nullable: true,
  description: 'After this epoch; the last one that was judged if left out.',
} as const;

@Resolver(() => Run)
export class RunInterpretationResolver {
  @FieldResolver(() => ConfusionMatrix, {
    nullable: true,
    description: 'How often each class was taken for which; null if that epoch was not judged.',
    complexity: heavyCost,
  })
  async confusionMatrix(
    @Root() run: RunView,
    @Ctx() context: Context,
    @Arg('epoch', () => Int, epochArgument) epoch: number | null | undefined,
  ): Promise<Data<ConfusionMatrix> | null> {
    const found = await predictionsOf(run, context, epoch);
    if (found === undefined) return null;
    const { predictions } = found;
    const view: MatrixView = {
      epoch: found.epoch,
      labels: predictions.vocab,
      total: predictions.items.length,
      run,
      predictions,
    };
    return view;
  }

  @FieldResolver(() => [ItemPrediction], {
    description: 'Items with the largest losses, largest first.',
    complexity: listCost,
  })
  async topLosses(
    @Root() run: RunView,
    @Ctx() context: Context,
    @Args(() => TopLossesArgs) { first, epoch = null }: TopLossesArgs,
  ): Promise<Data<ItemPrediction>[]> {
    const count = first ?? 9;
    assertInteger('first', count, { from: 1, to: 500 });
    const found = await predictionsOf(run, context, epoch);
    if (found === undefined) return [];
    const manifest = await manifestOf(run, context);
    return topLosses(found.predictions, count).map((loss) => ({
      ...loss,
      item: toItem(manifest, loss.item),
    }));
  }

  @FieldResolver(() => [ClassReport], {
    description: 'How well the model knows each class.',
    complexity: heavyCost,
  })
  async classReport(
    @Root() run: RunView,
    @Ctx() context: Context,
    @Arg('epoch', () => Int, epochArgument) epoch: number | null | undefined,
  ): Promise<Data<ClassReport>[]> {
    const found = await predictionsOf(run, context, epoch);
    return found === undefined ? [] : classReport(found.predictions);
  }
}

@Resolver(() => ConfusionMatrix)
export class ConfusionMatrixResolver {
  @FieldResolver(() => [[Int]], {
    description: `Items by label (row) and prediction (column). Refused above ${MOST_CLASSES} classes: take \`cells\` there.`,
    complexity: heavyCost,
  })
  counts(@Root() { predictions, labels }: MatrixView): number[][] {
    if (labels.length <= MOST_CLASSES) return confusionMatrix(predictions);
    throw new DomainError(
      'TOO_COMPLEX',
      `Expected a matrix of up to ${MOST_CLASSES} classes, received ${labels.length}. Ask for \`cells\`, which leaves out the empty ones`,
    );
  }

  @FieldResolver(() => ConfusionCells, {
    description: 'Cells that are not empty, for many classes.',
    complexity: heavyCost,
  })
  cells(
    @Root() { predictions }: MatrixView,
    @Arg('minCount', () => Int, {
      nullable: true,
      defaultValue: 1,
      description: 'Fewest items of a cell.',
    })
    minCount: number | null,
  ): Data<ConfusionCells> {
    const { actuals, predicted, counts } = confusionCells(predictions, minCount ?? 1);
    return { actuals, predictions: predicted, counts };
  }

  @FieldResolver(() => [Confusion], {
    description: 'Classes that are taken for each other, most often first.',
    complexity: listCost,
  })
  mostConfused(
    @Root() { predictions }: MatrixView,
    @Args(() => MostConfusedArgs) { minCount, first }: MostConfusedArgs,
  ): Data<Confusion>[] {
    const count = first ?? 20;
    assertInteger('first', count, { from: 1, to: 500 });
    const { vocab, actuals } = predictions;
    const totals = new Map<string, number>();
    for (const actual of actuals) {
      const label = vocab[actual] ?? '';
      totals.set(label, (totals.get(label) ?? 0) + 1);
    }
    return mostConfused(predictions, minCount ?? 1)
      .slice(0, count)
      .map((confusion) => ({ ...confusion, actualTotal: totals.get(confusion.actual) ?? 0 }));
  }

  @FieldResolver(() => ItemPredictionConnection, {
    description: 'Items of one cell, the largest losses first.',
    complexity: listCost,
  })
  async cell(
    @Root() { predictions, run, labels }: MatrixView,
    @Ctx() context: Context,
    @Args(() => CellArgs) { actual, predicted, first, after }: CellArgs,
  ): Promise<Data<ItemPredictionConnection>> {
    for (const [field, label] of Object.entries({ actual, predicted })) {
      if (labels.includes(label)) continue;
      throw badInput(field, {
        expected: `a class of this run (${labels.join(', ')})`,
        received: label,
      });
    }
    const manifest = await manifestOf(run, context);
    const losses = topLosses(predictions).filter(
      (loss) => loss.actual === actual && loss.predicted === predicted,
    );
    return pageOfList(losses, {
      query: pageQuery({ first: first ?? 25, after: after ?? null }),
      toNode: (loss) => ({ ...loss, item: toItem(manifest, loss.item) }),
    });
  }
}

async function predictionsOf(
  run: RunView,
  { services }: Context,
  epoch: number | null | undefined,
) {
  return services.predictions.find(run.id, await run.state(), epoch ?? null);
}

async function manifestOf({ record }: RunView, { services }: Context) {
  return services.datasets.manifest(record.datasetId, record.datasetVersion);
}
