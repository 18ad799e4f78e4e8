import {
  BREAK,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { weightOf } from '../documents/light-document';
import { compile, type Compiled } from './compile';

type Fragments = Record<string, FragmentDefinitionNode>;

/** A compiled operation, and what belongs to it. */
export interface Kept {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly compiled: Compiled;
}

/** Operations stay compiled for as long as they are used, and up to so many bytes in all: some eighty whole dashboards. */
const KEPT_BYTES = 16 * 1024 * 1024;
/** Measured with a whole dashboard: 715. */
const BYTES_PER_FIELD = 800;

const kept = new LRUCache<OperationDefinitionNode, Kept & { readonly weight: number }>({
  maxSize: KEPT_BYTES,
  sizeCalculation: ({ weight }) => weight,
});
const left = new WeakSet<OperationDefinitionNode>();

/**
 * An operation of a validated document, compiled when it is executed for the first time: that takes two microseconds for
 * each field, far less than to have read its text.
 *
 * @returns undefined for what is left to graphql-js
 */
export function compiledOnce(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Kept | undefined {
  if (left.has(operation)) return undefined;
  const before = kept.get(operation);
  if (before?.schema === schema) return before;
  const fragments = fragmentsIn(document);
  const compiled = selectsByVariables(document) ? undefined : compile({ schema, fragments, operation });
  if (compiled === undefined) {
    left.add(operation);
    return undefined;
  }
  const made = { schema, fragments, compiled };
  // It holds on to the whole document.
  kept.set(operation, { ...made, weight: compiled.size * BYTES_PER_FIELD + weightOf(document) });
  return made;
}

function fragmentsIn({ definitions }: DocumentNode): Fragments {
  const fragments: Fragments = {};
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
}

/** Whether @skip or @include leave out other fields for other variables. */
function selectsByVariables(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive(directive) {
      found ||= isOfVariables(directive);
      return found ? BREAK : undefined;
    },
  });
  return found;
}

const isOfVariables = ({ arguments: given = [] }: DirectiveNode): boolean =>
  given.some(({ value }) => value.kind === Kind.VARIABLE);
