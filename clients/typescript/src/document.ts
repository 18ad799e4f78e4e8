/**
 * An operation as text: a string, or what GraphQL Code Generator makes with `documentMode: string`, which knows the types of its
 * result and its variables.
 */
export interface TypedDocument<Result, Variables> {
  toString(): string;
  /** There is none at run time: it carries the types. */
  readonly __apiType?: (variables: Variables) => Result;
}

export type OperationVariables = Readonly<Record<string, unknown>>;
