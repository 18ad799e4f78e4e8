import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  specifiedRules,
  validate,
  type ValidationRule,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { planDocument, type SelectionPlan } from '../cost/plan';
import type { Reads } from '../execute';
import { weightOf } from './light-document';
import { asRequestError, requestError } from '../request-errors';
import { parseText, type TextLimits } from './parse-text';
import { readsOf } from './reads-of';

/** A document that has been read once, and need not be again for the next ten thousand who send it. */
export interface ReadDocument {
  readonly document: DocumentNode;
  /**
   * The operation of that name, or the only one.
   *
   * @throws GraphQLError OPERATION_RESOLUTION_FAILURE when there is none, or no telling which
   */
  operation(name: string | null | undefined): ReadOperation;
}

export interface ReadOperation {
  readonly definition: OperationDefinitionNode;
  readonly plan: SelectionPlan;
  readonly reads: Reads;
}

/** What is wrong with a text: every mistake in it. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';

  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors.map(({ message }) => message).join('; '));
  }
}

export interface ReadText {
  /** @throws UnreadableDocument for what is too large, no GraphQL, or does not fit the schema */
  (text: string): ReadDocument;
  /** What need not be read anew. */
  known(text: string): ReadDocument | undefined;
}

export interface ReadTextOptions extends TextLimits {
  readonly schema: GraphQLSchema;
  /** Beside those of the specification. */
  readonly rules: readonly ValidationRule[];
  /** @throws GraphQLError for what may not be executed here */
  readonly requireListed?: ((text: string) => void) | undefined;
}

/** Documents are kept for as long as they are used, and up to so many bytes in all: some hundred whole dashboards. */
const KEPT_BYTES = 16 * 1024 * 1024;

/** What is wrong is not kept: there is no end of it. */
export function createReadText(options: ReadTextOptions): ReadText {
  const kept = new LRUCache<string, Kept>({ maxSize: KEPT_BYTES, sizeCalculation: ({ weight }) => weight });
  const known = (text: string): ReadDocument | undefined => kept.get(text)?.read;
  const readText = (text: string): ReadDocument => {
    const before = known(text);
    if (before !== undefined) return before;
    const made = read(options, text);
    kept.set(text, made);
    return made.read;
  };
  return Object.assign(readText, { known });
}

interface Kept {
  readonly read: ReadDocument;
  readonly weight: number;
}

function read({ schema, rules, requireListed, ...limits }: ReadTextOptions, text: string): Kept {
  const document = orUnreadable(() => {
    requireListed?.(text);
    return parseText(text, limits);
  });
  // Rules that are cheap say no first: some of the specification's compare every field with every other.
  for (const set of [rules, specifiedRules]) {
    const errors = validate(schema, document, set);
    if (errors.length > 0)
      throw new UnreadableDocument(errors.map((error) => asRequestError('GRAPHQL_VALIDATION_FAILED', error)));
  }
  return { read: createReadDocument(schema, document), weight: weightOf(document) };
}

function orUnreadable(parse: () => DocumentNode): DocumentNode {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GraphQLError) throw new UnreadableDocument([error]);
    throw error;
  }
}

function createReadDocument(schema: GraphQLSchema, document: DocumentNode): ReadDocument {
  const planOf = planDocument(schema, document);
  const operations = new Map<OperationDefinitionNode, ReadOperation>();
  return {
    document,
    operation(name) {
      const definition = getOperationAST(document, name);
      if (definition == null) throw requestError('OPERATION_RESOLUTION_FAILURE', whyNone(name));
      const known = operations.get(definition);
      if (known !== undefined) return known;
      const plan = planOf(definition);
      const operation = { definition, plan, reads: readsOf(plan) };
      operations.set(definition, operation);
      return operation;
    },
  };
}

function whyNone(name: string | null | undefined): string {
  return name == null
    ? 'Must provide operation name if query contains multiple operations.'
    : `Unknown operation named "${name.slice(0, 60)}".`;
}
