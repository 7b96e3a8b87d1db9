import { architectures } from '@whetstone/training';
import { type Data, Architecture, System } from '@whetstone/schema';
import { Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from './context.js';

@Resolver()
export class SystemResolver {
  @Query(() => [Architecture], {
    description: 'Networks that can be fine-tuned, the default first.',
  })
  async architectures(@Ctx() { services }: Context): Promise<Data<Architecture>[]> {
    return Promise.all(
      architectures().map(async (architecture) => {
        const { name, title, parameters, imageSize, licence, description } = architecture;
        const { status, sentence } = await services.system.weights(architecture);
        return {
          name,
          title,
          parameters,
          imageSize,
          licence,
          description,
          weightsAvailable: status === 'cached',
          weightsStatus: status,
          weightsNote: sentence,
        };
      }),
    );
  }

  @Query(() => System, { description: 'What runs here.' })
  async system(@Ctx() { services, access }: Context): Promise<Data<System>> {
    return { ...(await services.system.describe()), readOnly: access === 'read' };
  }
}
