import { type Data, Run, Series, SeriesArgs } from '@whetstone/schema';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { badInput } from '../errors.js';
import { assertInteger } from '../runs/input-ranges.js';
import { isKnownSeries, pointsOf, reduceSeries, seriesNames } from '../runs/series.js';
import type { Context } from './context.js';
import { heavyCost } from './costs.js';
import type { RunView } from './run-view.js';

@Resolver(() => Run)
export class RunSeriesResolver {
  @FieldResolver(() => [String], {
    description: 'Series it has points for; those of layer groups are `learningRate/0` and so on.',
    complexity: heavyCost,
  })
  async seriesNames(@Root() run: RunView, @Ctx() { services }: Context): Promise<string[]> {
    const state = await run.state();
    return seriesNames(await services.folds.columns(run.id), state);
  }

  @FieldResolver(() => Series, {
    description: 'One quantity over steps, reduced to what a chart can show.',
    complexity: heavyCost,
  })
  async series(
    @Root() run: RunView,
    @Ctx() { services }: Context,
    @Args(() => SeriesArgs) { name, phase, from, to, maxPoints, smoothing }: SeriesArgs,
  ): Promise<Data<Series>> {
    const weight = smoothing ?? 0;
    const most = maxPoints ?? 1000;
    assertInteger('maxPoints', most, { from: 1, to: 100_000 });
    if (!(weight >= 0 && weight < 1)) {
      throw badInput('smoothing', { expected: 'a number from 0 to below 1', received: weight });
    }
    const state = await run.state();
    const columns = await services.folds.columns(run.id);
    const { batchSize } = run.record.settings;
    const points = pointsOf(name, { columns, state, batchSize });
    if (points === undefined && !isKnownSeries(name)) {
      throw badInput('name', {
        expected: 'the name of a series',
        received: name,
        fix: `This run has ${seriesNames(columns, state).join(', ') || 'none yet'}`,
      });
    }
    return reduceSeries(points ?? { steps: [], epochs: [], times: [], phases: [], values: [] }, {
      phase: phase ?? undefined,
      from: from ?? undefined,
      to: to ?? undefined,
      maxPoints: most,
      smoothing: weight,
    });
  }
}
