import { buildSchema, GraphQLError, getOperationAST, parse, type OperationDefinitionNode } from 'graphql';
import { coerceOnce } from '../../../../src/gateway/compiled/variables';

const schema = buildSchema('type Query { f(n: Int, m: Int): Int }');

function operation(text: string): OperationDefinitionNode {
  const found = getOperationAST(parse(text));
  if (found == null) throw new GraphQLError('The text has one operation.');
  return found;
}

describe('variables of an operation', () => {
  const first = operation('query($n: Int = 3) { f(n: $n) }');

  it('are read once, however often they are asked for', () => {
    const sent = { n: 1 };
    const coerced = coerceOnce(schema, first, sent);
    expect(coerced).toEqual({ n: 1 });
    expect(coerceOnce(schema, first, sent)).toBe(coerced);
  });

  it('are read anew for another operation, or when others are sent', () => {
    const sent = {};
    const other = operation('query($m: Int = 5) { f(m: $m) }');
    expect(coerceOnce(schema, first, sent)).toEqual({ n: 3 });
    expect(coerceOnce(schema, other, sent)).toEqual({ m: 5 });
    expect(coerceOnce(schema, first, { n: 7 })).toEqual({ n: 7 });
  });

  it('are undefined each time when they cannot be read', () => {
    const sent = { n: 'no number' };
    expect(coerceOnce(schema, first, sent)).toBeUndefined();
    expect(coerceOnce(schema, first, sent)).toBeUndefined();
  });
});
