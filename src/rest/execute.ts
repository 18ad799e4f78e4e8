import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Viewer } from '../auth/viewer';

/**
 * Executes a stored operation against the schema. This is all that REST knows of it: `createExecute` in
 * `gateway/execute.ts` makes it, from what REST must not reach by another way.
 *
 * @throws the AppError of the first field that failed; TOO_MANY_REQUESTS or SERVICE_OVERLOADED when the holder gets no
 *   permit of the bulkhead
 */
export type Execute = <Result, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
  behalf: Behalf,
) => Promise<Result>;

/** On whose behalf something is executed. */
export interface Behalf {
  /** Whose permit it takes: a token's, or a store's for an answer that is shared by all its readers. */
  readonly holder: string;
  /** Left out for an answer that is shared. */
  readonly viewer?: Viewer;
}
