/** Writes typed documents for every `.graphql` file below src, checked against the API's schema. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, GraphQLError, parse, validate } from 'graphql';

const root = import.meta.dirname;
const schemaFile = path.resolve(root, '../../packages/schema/schema.graphql');
const outputDir = path.join(root, 'src/graphql/generated');

const config = {
  useTypeImports: true,
  enumsAsTypes: true,
  skipTypename: false,
  immutableTypes: true,
  scalars: {
    DateTime: 'string',
    ID: 'string',
    MetricValue: "number | 'NaN' | 'Infinity' | '-Infinity'",
  },
};

async function readDocuments() {
  const names = await readdir(path.join(root, 'src'), { recursive: true });
  const files = names.filter((name) => name.endsWith('.graphql')).sort();
  return Promise.all(
    files.map(async (name) => {
      const location = path.join(root, 'src', name);
      const rawSDL = await readFile(location, 'utf8');
      return { location, rawSDL, document: parse(rawSDL) };
    }),
  );
}

function assertValid(schema, documents) {
  const definitions = documents.flatMap(({ document }) => document.definitions);
  const errors = validate(schema, { kind: 'Document', definitions });
  if (errors.length === 0) return;
  throw new GraphQLError(
    `Expected documents that fit ${path.relative(root, schemaFile)}, received ${errors.length} that do not: ${errors.map(({ message }) => message).join('; ')}`,
  );
}

async function generate() {
  const sdl = await readFile(schemaFile, 'utf8');
  const schemaAst = buildSchema(sdl);
  const documents = await readDocuments();
  assertValid(schemaAst, documents);
  const outputs = await preset.buildGeneratesSection({
    baseOutputDir: `${outputDir}/`,
    schema: parse(sdl),
    schemaAst,
    documents,
    config,
    presetConfig: { fragmentMasking: false, skipIndexFile: true },
    plugins: [],
    pluginMap: {},
  });
  await rm(outputDir, { recursive: true, force: true });
  await mkdir(outputDir, { recursive: true });
  for (const output of outputs) {
    // gql.ts is a table of all documents, and would carry each of them into every page.
    if (path.basename(output.filename) === 'gql.ts') continue;
    await writeFile(output.filename, await codegen(output));
  }
}

await generate();
