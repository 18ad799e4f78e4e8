import {
  type DocumentNode,
  getOperationAST,
  type ExecutionArgs,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  parse,
  print,
  validate,
  visit,
  type ValidationRule,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { type Audience, audienceKey } from '../../auth/audience';
import { PARSE_OPTIONS } from '../limits';

/** A document that has been read once, and need not be again for the next ten thousand who send it. */
export interface ReadDocument {
  readonly document: DocumentNode;
  /** The same for documents that differ only in blanks, and in what a subscriber has seen already. */
  readonly text: string;
  /** Variables that make one operation differ from another: those it declares but the ones of `afterVersion`. */
  readonly sharedVariables: ReadonlySet<string>;
  readonly errors: readonly GraphQLError[];
}

const DOCUMENTS_KEPT = 1_000;
const PERSONAL_ARGUMENT = 'afterVersion';

/** @throws GraphQLError for what is no GraphQL */
export type ReadQuery = (query: string) => ReadDocument;

export function createReadQuery(schema: GraphQLSchema, rules: readonly ValidationRule[]): ReadQuery {
  const kept = new LRUCache<string, ReadDocument>({ max: DOCUMENTS_KEPT });
  return (query) => {
    const known = kept.get(query);
    if (known !== undefined) return known;
    const document = parse(query, PARSE_OPTIONS);
    const read: ReadDocument = {
      document,
      text: print(withoutPersonalArguments(document)),
      sharedVariables: sharedVariablesIn(document),
      errors: validate(schema, document, rules),
    };
    kept.set(query, read);
    return read;
  };
}

function withoutPersonalArguments(document: DocumentNode): DocumentNode {
  return visit(document, {
    Argument: ({ name }) => (name.value === PERSONAL_ARGUMENT ? null : undefined),
  });
}

function sharedVariablesIn(document: DocumentNode): ReadonlySet<string> {
  const shared = new Set<string>();
  const personal = new Set<string>();
  visit(document, {
    VariableDefinition: ({ variable }) => void shared.add(variable.name.value),
    Argument({ name, value }) {
      if (name.value === PERSONAL_ARGUMENT && value.kind === Kind.VARIABLE) personal.add(value.name.value);
    },
  });
  for (const name of personal) shared.delete(name);
  return shared;
}

/** Whether the operation of that name, or the only one, is a subscription. */
export function isSubscription({ document }: ReadDocument, operationName?: string | null): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
}

/** What all subscribers of one cohort have in common. */
export function cohortKey(
  { text, sharedVariables }: ReadDocument,
  args: ExecutionArgs,
  audience: Audience,
): string {
  const variables = Object.entries(args.variableValues ?? {})
    .filter(([name]) => sharedVariables.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([args.operationName ?? null, variables, text, audienceKey(audience)]);
}
