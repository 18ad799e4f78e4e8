import {
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  validate,
  visit,
  type ValidationRule,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { PARSE_OPTIONS } from '../limits';

/** A document that has been read once, and need not be again for the next ten thousand who send it. */
export interface ReadDocument {
  readonly document: DocumentNode;
  /** The same for documents that differ in blanks alone. */
  readonly text: string;
  /** Variables that only say what a subscriber has seen already: they make no other operation. */
  readonly personalVariables: ReadonlySet<string>;
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
      text: print(document),
      personalVariables: personalVariablesIn(document),
      errors: validate(schema, document, rules),
    };
    kept.set(query, read);
    return read;
  };
}

function personalVariablesIn(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    Argument({ name, value }) {
      if (name.value === PERSONAL_ARGUMENT && value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return names;
}

/** What all subscribers of one cohort have in common. */
export function cohortKey({ text, personalVariables }: ReadDocument, args: ExecutionArgs): string {
  const variables = Object.entries(args.variableValues ?? {})
    .filter(([name]) => !personalVariables.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([args.operationName ?? null, variables, text]);
}
