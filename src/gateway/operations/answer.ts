import type { ExecutionResult } from 'graphql';
import { GraphQLError } from 'graphql';
import { AppError } from '../../errors';
import { UnreadableDocument } from '../documents/read-document';
import type { Asked, Asker, Operations } from './operations';

/** What an operation came to, ready to be told. */
export interface Answer {
  readonly result: ExecutionResult;
  /** Of an HTTP answer: an operation that was executed has 200, whatever came of its fields. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** What can be asked for beside the operation, in its `extensions`. */
export interface Extras {
  /** Whether the answer is to tell in `extensions.cost` what the operation cost and what it may cost. */
  readonly wantsCost: boolean;
}

/** @returns whether an operation's extensions ask for its cost: `{"cost": true}` */
export const extrasOf = (extensions: unknown): Extras => ({
  wantsCost:
    typeof extensions === 'object' && extensions !== null && 'cost' in extensions && extensions.cost === true,
});

export type AnswerOperation = (asked: Asked, asker: Asker, extras: Extras) => Promise<Answer>;

export interface AnswerOptions {
  readonly operations: Operations;
  readonly maxCost: number;
  /** What a client is told of errors. */
  readonly formatErrors: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
}

/** Answers an operation whatever becomes of it. Rejects only when nobody waits for the answer any more. */
export function createAnswer({ operations, maxCost, formatErrors }: AnswerOptions): AnswerOperation {
  return async (asked, asker, { wantsCost }) => {
    try {
      const prepared = await operations.prepare(asked);
      const result = await operations.execute(prepared, asker);
      const { data, errors } = result;
      return {
        result: {
          ...(errors !== undefined && { errors: formatErrors(errors) }),
          // Undefined: it was not executed, for its variables cannot be read.
          ...(data !== undefined && { data }),
          ...(wantsCost && { extensions: { cost: { requested: prepared.cost, maximum: maxCost } } }),
        },
        status: data === undefined ? 400 : 200,
        headers: {},
      };
    } catch (error) {
      if (asker.gone.aborted) throw error;
      return refused(error, formatErrors);
    }
  };
}

function refused(error: unknown, formatErrors: AnswerOptions['formatErrors']): Answer {
  const { status, headers } = error instanceof AppError ? error : REQUEST_ERROR;
  const errors = formatErrors(errorsIn(error));
  return { result: { errors }, status: isOfRequest(error) ? status : 500, headers };
}

const REQUEST_ERROR = { status: 400, headers: {} };

const isOfRequest = (error: unknown): boolean =>
  error instanceof AppError || error instanceof UnreadableDocument || error instanceof GraphQLError;

function errorsIn(error: unknown): readonly GraphQLError[] {
  if (error instanceof UnreadableDocument) return error.errors;
  if (error instanceof GraphQLError) return [error];
  const originalError = error instanceof Error ? error : new Error('An operation failed.', { cause: error });
  return [new GraphQLError(originalError.message, { originalError })];
}
