import { type DocumentNode, GraphQLError, Lexer, parse, Source, TokenKind } from 'graphql';
import type { OperationLimits } from '../../config/limits';
import { withoutTokens } from './light-document';
import { asRequestError, requestError } from '../request-errors';

export type TextLimits = Pick<OperationLimits, 'maxQueryBytes' | 'maxTokens'>;

/**
 * The document of a text that is neither longer nor finer than any client needs. What is too long is not even read.
 *
 * @throws GraphQLError BAD_REQUEST for no text, OPERATION_TOO_LARGE, GRAPHQL_PARSE_FAILED
 */
export function parseText(text: string, { maxQueryBytes, maxTokens }: TextLimits): DocumentNode {
  if (text === '') throw requestError('BAD_REQUEST', 'The operation must be a text that is not empty.');
  const bytes = Buffer.byteLength(text);
  if (bytes > maxQueryBytes) {
    throw requestError(
      'OPERATION_TOO_LARGE',
      `The text of the operation has ${bytes} bytes; at most ${maxQueryBytes} are read.`,
    );
  }
  try {
    const source = new Source(text, 'GraphQL request');
    requireFewTokens(source, maxTokens);
    return withoutTokens(parse(source));
  } catch (error) {
    throw error instanceof GraphQLError ? asRequestError('GRAPHQL_PARSE_FAILED', error) : error;
  }
}

/** The parser and what reads its document call themselves for each level; the deepest that a client needs is a dozen. */
const MOST_LEVELS = 100;

/** How many levels a token leads down. */
const STEPS: Partial<Readonly<Record<TokenKind, number>>> = {
  [TokenKind.BRACE_L]: 1,
  [TokenKind.BRACKET_L]: 1,
  [TokenKind.PAREN_L]: 1,
  [TokenKind.BRACE_R]: -1,
  [TokenKind.BRACKET_R]: -1,
  [TokenKind.PAREN_R]: -1,
};

/** graphql-js leaves comments out when it counts, and keeps each as an object of its own nevertheless. */
function requireFewTokens(source: Source, most: number): void {
  const lexer = new Lexer(source);
  let level = 0;
  for (let count = 0; lexer.token.kind !== TokenKind.EOF;) {
    const before = lexer.token;
    lexer.advance();
    for (let token = before.next; token !== null && token !== lexer.token; token = token.next) count += 1;
    count += 1;
    level += STEPS[lexer.token.kind] ?? 0;
    if (count > most)
      throw requestError(
        'OPERATION_TOO_LARGE',
        `The operation has more than ${most} tokens, comments counted, which is more than are read.`,
      );
    if (level > MOST_LEVELS)
      throw requestError(
        'OPERATION_TOO_LARGE',
        `The operation is nested more than ${MOST_LEVELS} levels deep, which is deeper than is read.`,
      );
  }
}
