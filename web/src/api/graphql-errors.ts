import * as z from 'zod/mini';
import { Failure, failureOfCode } from './failure';

/** What the service tells of an operation that it did not execute, or of a field that it could not. */
export const graphqlErrors = z.array(
  z.object({
    extensions: z.optional(
      z.object({ code: z.optional(z.string()), retryAfterSeconds: z.optional(z.number()) }),
    ),
  }),
);

/** @returns one failure for each error */
export const failuresIn = (errors: z.infer<typeof graphqlErrors>): readonly Failure[] =>
  errors.map(({ extensions: { code, retryAfterSeconds } = {} }) =>
    retryAfterSeconds === undefined
      ? new Failure(failureOfCode(code))
      : new Failure(failureOfCode(code), {}, retryAfterSeconds * 1_000),
  );
