import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type RequestHandler } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { formatError } from '../format-error.js';
import type { Context } from '../resolvers/context.js';
import { refusedOperation } from '../security/operation-limits.js';
import { accessOf, tokenIn, type Tokens } from '../security/tokens.js';
import type { Services } from '../services.js';

/** Tokens of a document: far above any sensible one, far below what would tie up the parser. */
export const MOST_TOKENS = 10_000;

export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly tokens: Tokens;
  readonly log: Logger;
}

/** GraphQL over HTTP. Requests have passed the check of their token. */
export async function graphqlOverHttp({ schema, services, tokens, log }: GraphqlOptions): Promise<{
  readonly handlers: readonly RequestHandler[];
  stop(): Promise<void>;
}> {
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxLexicalTokens: MOST_TOKENS },
    formatError: (formatted, error) =>
      withCode(formatError(error, log), formatted.extensions?.['code']),
    logger: log,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      limits(schema),
    ],
  });
  await apollo.start();
  const context = ({ req }: { req: express.Request }): Promise<Context> =>
    Promise.resolve({
      services,
      // A request without access was refused before it came here.
      access: accessOf(tokenIn(req.headers), tokens) ?? 'read',
    });
  return {
    handlers: [express.json({ limit: '1mb' }), expressMiddleware(apollo, { context })],
    stop: () => apollo.stop(),
  };
}

/** Apollo knows what it refused before execution better than its errors alone tell. */
function withCode<Formatted extends { readonly extensions?: Record<string, unknown> }>(
  formatted: Formatted,
  code: unknown,
): Formatted {
  const own = formatted.extensions?.['code'];
  if (own !== 'GRAPHQL_VALIDATION_FAILED' || typeof code !== 'string') return formatted;
  return { ...formatted, extensions: { ...formatted.extensions, code } };
}

function limits(schema: GraphQLSchema) {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation({ document, operationName, request, contextValue }: Resolved) {
          const { access } = contextValue;
          const { variables } = request;
          const refused = refusedOperation({ schema, document, operationName, variables, access });
          return refused === undefined ? Promise.resolve() : Promise.reject(refused);
        },
      }),
  };
}

interface Resolved {
  readonly document: Parameters<typeof refusedOperation>[0]['document'];
  readonly operationName: string | null;
  readonly request: { readonly variables?: Record<string, unknown> };
  readonly contextValue: Context;
}
