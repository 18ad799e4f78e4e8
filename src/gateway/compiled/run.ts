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
   * What stands in the place of what cannot be had.
   *
   * @throws GraphQLError where null cannot stand: what is above has to do without
   */
  nullFor(thrown: unknown, type: GraphQLOutputType, nodes: readonly FieldNode[], path: ResponsePath): null {
    const error = locatedError(thrown, nodes, responsePathAsArray(path));
    if (isNonNullType(type)) throw error;
    this.note(error, path);
    return null;
  }

  /** Below a place that has become null, what fails later is told no more (6.4.4). */
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
