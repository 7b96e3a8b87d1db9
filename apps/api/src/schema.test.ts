import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { expect, it } from 'vitest';
import { makeSchema } from './schema.js';

const file = new URL('../../../packages/schema/schema.graphql', import.meta.url);

it('the emitted SDL equals the committed file', async () => {
  const sdl = `${printSchema(lexicographicSortSchema(makeSchema()))}\n`;
  await expect(sdl).toMatchFileSnapshot(file.pathname);
});

/** Names of what the schema leaves without a description. */
function undescribed(): string[] {
  const roots = new Set(['Query', 'Mutation', 'Subscription']);
  const types = Object.values(makeSchema().getTypeMap()).filter(
    ({ name }) => !name.startsWith('__'),
  );
  const parts = types.flatMap((type) => [
    ...(roots.has(type.name) ? [] : [{ name: type.name, description: type.description }]),
    ...partsOf(type),
  ]);
  return parts.filter(({ description }) => !description).map(({ name }) => name);
}

function partsOf(type: GraphQLNamedType) {
  const named = (
    part: { name: string; description?: string | null | undefined },
    owner = type.name,
  ) => ({
    name: `${owner}.${part.name}`,
    description: part.description,
  });
  if (isEnumType(type)) return type.getValues().map((value) => named(value));
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => named(field));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    named(field),
    ...field.args.map((argument) => named(argument, `${type.name}.${field.name}`)),
  ]);
}

it('describes every type, field, argument and enum value', () => {
  expect(undescribed()).toEqual([]);
});
