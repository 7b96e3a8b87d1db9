import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { DatasetResolver, ItemResolver } from './resolvers/dataset.resolver.js';
import {
  ConfusionMatrixResolver,
  RunInterpretationResolver,
} from './resolvers/interpretation.resolver.js';
import { RunFieldsResolver } from './resolvers/run-fields.resolver.js';
import { RunSeriesResolver } from './resolvers/run-series.resolver.js';
import { RunResolver } from './resolvers/run.resolver.js';
import { SubscriptionResolver } from './resolvers/subscription.resolver.js';
import { SystemResolver } from './resolvers/system.resolver.js';

/** Builds the schema that this server answers with. */
export function makeSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      RunResolver,
      RunFieldsResolver,
      RunSeriesResolver,
      RunInterpretationResolver,
      ConfusionMatrixResolver,
      DatasetResolver,
      ItemResolver,
      SystemResolver,
      SubscriptionResolver,
    ],
    // Every subscription brings its own stream; type-graphql wants a publisher all the same.
    pubSub: {
      publish: () => undefined,
      subscribe: () => {
        throw new Error('Expected every subscription to have a stream of its own');
      },
    },
    validate: false,
  });
}
