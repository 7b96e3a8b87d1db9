import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

const words = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

function serialize(value: unknown): number | string {
  if (typeof value !== 'number') {
    throw new GraphQLError(`Expected \`MetricValue\` to be a number, received ${String(value)}`);
  }
  return Number.isFinite(value) ? value : String(value);
}

function parseValue(value: unknown): number {
  const number = typeof value === 'string' ? words.get(value) : value;
  if (typeof number === 'number') return number;
  throw new GraphQLError(
    `Expected \`MetricValue\` to be a number, "NaN", "Infinity" or "-Infinity", received ${JSON.stringify(value)}`,
  );
}

function parseLiteral(node: ValueNode): number {
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return Number(node.value);
  if (node.kind === Kind.STRING) return parseValue(node.value);
  throw new GraphQLError(`Expected \`MetricValue\` to be a number, received ${node.kind}`);
}

/** A measured number. Training can yield NaN and infinities, which `Float` cannot say. */
export const MetricValue = new GraphQLScalarType<number, number | string>({
  name: 'MetricValue',
  description: 'A measured number: a JSON number, or one of "NaN", "Infinity" and "-Infinity".',
  serialize,
  parseValue,
  parseLiteral,
});
