import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  execute as executeDocument,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql';
import { mayRead } from '../../src/auth/may-read';
import type { StoreId } from '../../src/domain/values';
import { forbidden } from '../../src/errors';
import type { Execute } from '../../src/rest/execute';

const schema = buildSchema(readFileSync(path.join(__dirname, '../../src/schema/schema.graphql'), 'utf8'));

/**
 * Executes every stored operation, one that is added later too, without a database: each event is the store's, each field
 * has some value of its type, and lists are empty.
 */
export function createAnyAnswer(storeId: StoreId): Execute {
  const scalars: Readonly<Record<string, unknown>> = {
    UUID: storeId,
    DateTime: '2025-10-22T10:30:00Z',
    String: 'text',
    Boolean: true,
  };

  function anyOf(type: GraphQLOutputType): unknown {
    if (isNonNullType(type)) return anyOf(type.ofType);
    if (isListType(type)) return [];
    if (isEnumType(type)) return type.getValues()[0]?.value;
    return isScalarType(type) ? (scalars[type.name] ?? 1) : {};
  }
  const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (_source, _given, _context, { returnType }) =>
    anyOf(returnType);

  return async (document, variableValues, behalf) => {
    if ('viewer' in behalf && !mayRead(behalf.viewer, storeId)) throw forbidden();
    const { data, errors } = await executeDocument({ schema, document, variableValues, fieldResolver });
    if (errors !== undefined) throw new AggregateError(errors);
    return data as never;
  };
}
