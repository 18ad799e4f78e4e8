import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type FormattedExecutionResult, type GraphQLFormattedError, print } from 'graphql';
import { waitFor } from '../wait-for';

/** One subscription as its client sees it. */
export interface Watching<Data> {
  /** The values so far, in order. */
  readonly values: readonly Data[];
  readonly errors: readonly GraphQLFormattedError[];
  /** Whether the server has ended it, or the connection is lost for good. */
  readonly isOver: boolean;
  /** Its error, when it did not complete. */
  readonly failure: unknown;
  /** Waits for a value that fulfils the condition, and returns it. */
  until(holds: (value: Data) => boolean, what: string, timeoutMs?: number): Promise<Data>;
  stop(): void;
}

/** What graphql-ws's client and graphql-sse's have in common. */
export interface SubscribingClient {
  subscribe(
    payload: { query: string; variables: Record<string, unknown> },
    sink: {
      next(value: FormattedExecutionResult): void;
      error(error: unknown): void;
      complete(): void;
    },
  ): () => void;
}

export function watch<Data, Variables extends Record<string, unknown>>(
  client: SubscribingClient,
  document: TypedDocumentNode<Data, Variables> | string,
  variables: Variables,
): Watching<Data> {
  const values: Data[] = [];
  const errors: GraphQLFormattedError[] = [];
  let isOver = false;
  let failure: unknown;
  const stop = client.subscribe(
    { query: typeof document === 'string' ? document : print(document), variables },
    {
      next(result) {
        errors.push(...(result.errors ?? []));
        // The types were generated from the schema that the service has executed the document against.
        if (result.data) values.push(result.data as Data);
      },
      error(thrown) {
        failure = thrown;
        if (Array.isArray(thrown)) errors.push(...(thrown as GraphQLFormattedError[]));
        isOver = true;
      },
      complete() {
        isOver = true;
      },
    },
  );
  return {
    values,
    errors,
    get isOver() {
      return isOver;
    },
    get failure() {
      return failure;
    },
    until: (holds, what, timeoutMs = 10_000) =>
      waitFor(
        () => {
          const found = values.findLast(holds);
          return found === undefined ? false : { found };
        },
        { what, timeoutMs },
      ).then(({ found }) => found),
    stop,
  };
}
