import { buildSchema, parse } from 'graphql';
import { ANYBODY } from '../../../../src/auth/audience';
import type { StoreId } from '../../../../src/domain/values';
import { cohortKey, sharedDocument } from '../../../../src/gateway/live/operation';

describe('the key of a cohort', () => {
  const schema = buildSchema(
    'type Query { a: Int } type Subscription { watch(id: ID!, afterVersion: Int): Int other: Int }',
  );
  const read = (query: string) => sharedDocument(parse(query));
  const keyOf = (
    query: string,
    variables: Record<string, unknown> = {},
    operationName?: string,
    audience = ANYBODY,
  ): string => {
    const document = read(query);
    const args = { schema, document: document.document, variableValues: variables };
    return cohortKey(document, { ...args, operationName: operationName ?? null }, audience);
  };
  const QUERY = 'subscription ($id: ID!, $seen: Int) { watch(id: $id, afterVersion: $seen) }';

  it('is the same for documents that differ in whitespace or afterVersion', () => {
    const key = keyOf(QUERY, { id: 'x', seen: 1 });
    expect(keyOf(QUERY.replaceAll(' ', '\n  '), { seen: 2, id: 'x' })).toBe(key);
    expect(keyOf(QUERY, { id: 'x' })).toBe(key);
    const literal = (seen: string) => keyOf(`subscription { watch(id: "x"${seen}) }`);
    expect(literal(', afterVersion: 1')).toBe(literal(', afterVersion: 99'));
    expect(literal(', afterVersion: 1')).toBe(literal(''));
  });

  it('ignores variables that the operation does not declare', () => {
    expect(keyOf(QUERY, { id: 'x', nonce: 1 })).toBe(keyOf(QUERY, { id: 'x', nonce: 2 }));
  });

  it('is the same for tokens of the same stores, and different for other stores', () => {
    const readers = ['b', 'a', 'c'].map((store) => store as StoreId);
    const keyFor = (...stores: readonly StoreId[]) => keyOf(QUERY, { id: 'x' }, undefined, new Set(stores));
    const [b, a, c] = readers;
    expect(keyFor(a!, b!)).toBe(keyFor(b!, a!));
    expect(new Set([keyFor(a!, b!), keyFor(a!, c!), keyOf(QUERY, { id: 'x' })]).size).toBe(3);
  });

  it('differs by variable, selection and operation name', () => {
    const keys = [
      keyOf(QUERY, { id: 'x' }),
      keyOf(QUERY, { id: 'y' }),
      keyOf(QUERY.replace('watch(', 'alias: watch('), { id: 'x' }),
      keyOf(QUERY, { id: 'x' }, 'Named'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
