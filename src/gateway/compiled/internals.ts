/**
 * What graphql-js keeps to itself. Its version is pinned: another that has moved these does not compile, and one that
 * executes otherwise is found out by the tests that hold both executions against each other.
 */
export { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
export { inspect } from 'graphql/jsutils/inspect.js';

/** What graphql-js asks of every value, asked of objects alone: it is no use to look into each text and number. */
export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
