import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { fieldExtensionsEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity';
import { messageOf } from '../errors.js';
import type { Access } from '../resolvers/context.js';

const MOST_DEPTH = 12;
const MOST_COMPLEXITY = 20_000;

export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  readonly access: Access;
}

/** What HTTP says beside each code; sockets have no status. */
const statuses = { FORBIDDEN: 403, TOO_COMPLEX: 400, BAD_USER_INPUT: 400 } as const;

/** Why a valid operation is not carried out, or undefined. The same on HTTP and on sockets. */
export function refusedOperation(operation: Operation): GraphQLError | undefined {
  const node = getOperationAST(operation.document, operation.operationName ?? null);
  if (!node) return undefined;
  if (node.operation === OperationTypeNode.MUTATION && operation.access === 'read') {
    return coded(
      'FORBIDDEN',
      'Expected a token that may change things, received one that may only read. Ask with the other token',
    );
  }
  const depth = depthOf(node.selectionSet, operation.document);
  if (depth > MOST_DEPTH) {
    return coded(
      'TOO_COMPLEX',
      `Expected an operation of up to ${MOST_DEPTH} levels, received ${depth}. Ask in several smaller ones`,
    );
  }
  return tooComplex(operation);
}

function tooComplex({ schema, document, operationName, variables }: Operation) {
  try {
    const complexity = getComplexity({
      schema,
      query: document,
      variables: { ...variables },
      ...(operationName && { operationName }),
      estimators: [fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })],
    });
    if (complexity <= MOST_COMPLEXITY) return undefined;
    return coded(
      'TOO_COMPLEX',
      `Expected an operation that costs up to ${MOST_COMPLEXITY}, received ${complexity}: a page costs as much as its entries. Ask for fewer entries or fields at a time`,
    );
  } catch (error) {
    // Variables that do not fit are found here first.
    return coded('BAD_USER_INPUT', messageOf(error));
  }
}

/** Levels of fields. Introspection is left out: it nests by itself, and reads only the schema. */
function depthOf(selectionSet: SelectionSetNode | undefined, document: DocumentNode): number {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    fragments.set(definition.name.value, definition.selectionSet);
  }
  // Validation has refused fragments that contain themselves.
  const depth = (set: SelectionSetNode | undefined): number => {
    if (set === undefined) return 0;
    const depths = set.selections.map((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return selection.name.value.startsWith('__') ? 0 : 1 + depth(selection.selectionSet);
        case Kind.INLINE_FRAGMENT:
          return depth(selection.selectionSet);
        case Kind.FRAGMENT_SPREAD:
          return depth(fragments.get(selection.name.value));
      }
    });
    return Math.max(0, ...depths);
  };
  return depth(selectionSet);
}

function coded(code: keyof typeof statuses, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: statuses[code] } } });
}
