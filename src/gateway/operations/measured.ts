import { GraphQLError } from 'graphql';
import { AppError } from '../../errors';
import { UnreadableDocument } from '../documents/read-document';
import type { Operations } from './operations';
import { type Refusal, REFUSALS } from './refusals';

export interface OperationTally {
  /** @param name of the operation as its client wrote it; undefined for one without a name */
  executed(name: string | undefined, seconds: number): void;
  refused(code: Refusal): void;
}

/** The same operations, each of them told to the tally. */
export function measured(operations: Operations, tally: OperationTally): Operations {
  async function telling<T>(attempt: Promise<T>): Promise<T> {
    try {
      return await attempt;
    } catch (error) {
      const code = codeOf(error);
      const refusal = REFUSALS.find((known) => known === code);
      if (refusal !== undefined) tally.refused(refusal);
      throw error;
    }
  }

  return {
    // Apollo reads ahead of preparing, which reads by itself: a text that is refused is told once, by either.
    read: (text, viewer) => telling(operations.read(text, viewer)),
    prepare: (asked, gone) => telling(operations.prepare(asked, gone)),
    async execute(prepared, asker) {
      const begun = performance.now();
      try {
        return await telling(operations.execute(prepared, asker));
      } finally {
        tally.executed(prepared.operation.definition.name?.value, (performance.now() - begun) / 1_000);
      }
    },
  };
}

function codeOf(error: unknown): unknown {
  if (error instanceof AppError) return error.code;
  if (error instanceof UnreadableDocument) return error.errors[0]?.extensions['code'];
  return error instanceof GraphQLError ? error.extensions['code'] : undefined;
}
