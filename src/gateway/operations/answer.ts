import { type ExecutionResult, GraphQLError } from 'graphql';
import { AppError } from '../../errors';
import { UnreadableDocument } from '../documents/read-document';
import { requestError } from '../request-errors';
import { type Asker, AskerGone } from './asker';
import type { Asked, Operations, Prepared } from './operations';

/** The answer to an operation, ready to be sent. */
export interface Answer {
  readonly result: ExecutionResult;
  /** For HTTP: an operation that was executed has 200, whatever its field errors. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Options of an operation, in its `extensions`. */
export interface Extras {
  /** Whether the answer has the operation's cost and its limit in `extensions.cost`. */
  readonly wantsCost: boolean;
}

/** @returns whether an operation's extensions ask for its cost: `{"cost": true}` */
export const extrasOf = (extensions: unknown): Extras => ({
  wantsCost:
    typeof extensions === 'object' && extensions !== null && 'cost' in extensions && extensions.cost === true,
});

/** Answers operations. None of these rejects. */
export interface AnswerOperations {
  /** From its text. */
  asked(asked: Asked, asker: Asker, extras: Extras): Promise<Answer>;
  /** The same for one that has been prepared. */
  prepared(prepared: Prepared, asker: Asker, extras: Extras): Promise<Answer>;
  /** The answer to an operation that is not executed. @param thrown why it is not */
  refusal(thrown: unknown): Answer;
}

export interface AnswerOptions {
  readonly operations: Operations;
  readonly maxCost: number;
  /** Removes internal details from errors. */
  readonly formatErrors: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
}

export function createAnswers({ operations, maxCost, formatErrors }: AnswerOptions): AnswerOperations {
  function told({ errors, data }: ExecutionResult, { cost }: Prepared, { wantsCost }: Extras): Answer {
    return {
      result: {
        ...(errors !== undefined && { errors: formatErrors(errors) }),
        ...(data !== undefined && { data }),
        ...(wantsCost && { extensions: { cost: { requested: cost, maximum: maxCost } } }),
      },
      // Without data it was not executed, since its variables are invalid.
      status: data === undefined ? 400 : 200,
      headers: {},
    };
  }

  function refusal(thrown: unknown): Answer {
    if (thrown instanceof AskerGone) return TO_NO_ASKER;
    const { status, headers } = thrown instanceof AppError ? thrown : REQUEST_ERROR;
    const errors = formatErrors(errorsIn(thrown));
    return { result: { errors }, status: isOfRequest(thrown) ? status : 500, headers };
  }

  const execute = async (prepared: Prepared, asker: Asker, extras: Extras): Promise<Answer> =>
    told(await operations.execute(prepared, asker), prepared, extras);

  return {
    refusal,
    prepared: (prepared, asker, extras) => execute(prepared, asker, extras).catch(refusal),
    asked: (asked, asker, extras) =>
      operations
        .prepare(asked, asker.gone)
        .then((prepared) => execute(prepared, asker, extras))
        .catch(refusal),
  };
}

/** The client has gone: no internal error, and no answer that is read. */
const TO_NO_ASKER: Answer = {
  result: { errors: [requestError('BAD_REQUEST', 'The asker has gone.')] },
  status: 400,
  headers: {},
};

const REQUEST_ERROR = { status: 400, headers: {} };

const isOfRequest = (error: unknown): boolean =>
  error instanceof AppError || error instanceof UnreadableDocument || error instanceof GraphQLError;

function errorsIn(error: unknown): readonly GraphQLError[] {
  if (error instanceof UnreadableDocument) return error.errors;
  if (error instanceof GraphQLError) return [error];
  const originalError = error instanceof Error ? error : new Error('An operation failed.', { cause: error });
  return [new GraphQLError(originalError.message, { originalError })];
}
