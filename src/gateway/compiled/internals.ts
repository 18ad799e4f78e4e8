/**
 * What graphql-js keeps to itself. Its version is pinned: another that has moved these does not compile, and one that
 * executes otherwise is found out by the tests that hold both executions against each other.
 */
export { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
export { inspect } from 'graphql/jsutils/inspect.js';
