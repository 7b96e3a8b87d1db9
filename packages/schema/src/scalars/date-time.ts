import { GraphQLDateTime } from 'graphql-scalars';

/** A moment in UTC, ISO 8601 with milliseconds. Resolvers return milliseconds since 1970. */
export const DateTime = GraphQLDateTime;
