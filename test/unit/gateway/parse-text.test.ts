import { GraphQLError } from 'graphql';
import { parseText } from '../../../src/gateway/documents/parse-text';

const LIMITS = { maxQueryBytes: 16_384, maxTokens: 5_000 };
const nested = (levels: number, open = '[', close = ']'): string =>
  `{ a(b: ${open.repeat(levels)}1${close.repeat(levels)}) }`;

function codeOf(text: string): unknown {
  try {
    parseText(text, LIMITS);
    return undefined;
  } catch (error) {
    return error instanceof GraphQLError ? error.extensions['code'] : error;
  }
}

describe('the text of an operation', () => {
  it('may be nested as deeply as anybody needs, and not to the end of the stack', () => {
    // The braces of the operation and the parentheses of the argument are two of the hundred.
    expect(codeOf(nested(98))).toBeUndefined();
    expect(codeOf(nested(99))).toBe('OPERATION_TOO_LARGE');
    expect(codeOf(nested(40, '{c:[', ']}'))).toBeUndefined();
    expect(codeOf(nested(60, '{c:[', ']}'))).toBe('OPERATION_TOO_LARGE');
    expect(codeOf('{'.repeat(4_000))).toBe('OPERATION_TOO_LARGE');
  });

  it('counts levels, not brackets: a hundred beside each other are one level', () => {
    expect(codeOf(`{ ${'a(b: [1]) '.repeat(200)} }`)).toBeUndefined();
    expect(codeOf(`{ ${'] '.repeat(10)} ${'['.repeat(50)}`)).toBe('GRAPHQL_PARSE_FAILED');
  });

  it('has comments counted among its tokens', () => {
    expect(codeOf(`{ a ${'#\n'.repeat(4_900)} }`)).toBeUndefined();
    expect(codeOf(`{ a ${'#\n'.repeat(5_100)} }`)).toBe('OPERATION_TOO_LARGE');
  });

  it('must not be empty, which is a mistake of the request and not of its text', () => {
    expect(codeOf('')).toBe('BAD_REQUEST');
    expect(codeOf(' ')).toBe('GRAPHQL_PARSE_FAILED');
  });

  it('is not read at all when it is too long', () => {
    expect(codeOf(`{ a ${' '.repeat(16_384)} }`)).toBe('OPERATION_TOO_LARGE');
  });
});
