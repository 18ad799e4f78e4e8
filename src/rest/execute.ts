import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Holder } from '../auth/admission';
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

/** On whose behalf an operation is executed: what it may read, and whose permit it takes. Neither has a default. */
export type Behalf = ForViewer | Unchecked;

/** Reads what the viewer may read (FORBIDDEN else), with a permit of the viewer's token. */
interface ForViewer {
  readonly viewer: Viewer;
  readonly uncheckedFor?: never;
}

/** Reads any event, for a result that several requests share. Its caller checks each viewer before it hands the result on. */
interface Unchecked {
  /** Whose permit it takes: a store's for an answer that all its readers share, a token's for what its requests share. */
  readonly uncheckedFor: Holder;
  readonly viewer?: never;
}
