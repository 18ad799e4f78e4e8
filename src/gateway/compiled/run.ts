import {
  type FieldNode,
  type GraphQLError,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isNonNullType,
  locatedError,
  type ResponsePath,
  responsePathAsArray,
} from 'graphql';

/** What every resolver of an execution is given. */
export type RunInfo = Pick<
  GraphQLResolveInfo,
  'schema' | 'fragments' | 'rootValue' | 'operation' | 'variableValues'
>;

/** One execution: what all its fields have in common, and what has failed. */
export class Run {
  readonly errors: GraphQLError[] = [];
  readonly #nulled = new Set<ResponsePath | undefined>();

  constructor(
    readonly info: RunInfo,
    readonly contextValue: unknown,
  ) {}

  /**
   * The value of a field that failed.
   *
   * @throws GraphQLError where it cannot be null: the error is propagated to the parent
   */
  nullFor(thrown: unknown, type: GraphQLOutputType, nodes: readonly FieldNode[], path: ResponsePath): null {
    const error = locatedError(thrown, nodes, responsePathAsArray(path));
    if (isNonNullType(type)) throw error;
    this.note(error, path);
    return null;
  }

  /** Below a place that has become null, later errors are not reported (6.4.4). */
  note(error: GraphQLError, path: ResponsePath | undefined): void {
    if (this.#isNulled(path)) return;
    this.#nulled.add(path);
    this.errors.push(error);
  }

  #isNulled(path: ResponsePath | undefined): boolean {
    for (let at = path; at !== undefined; at = at.prev) if (this.#nulled.has(at)) return true;
    return this.#nulled.has(undefined);
  }
}
