import { createHash } from 'node:crypto';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  Kind,
  print,
  visit,
} from 'graphql';
import { type Audience, audienceKey } from '../../auth/audience';
import type { OperationContext } from '../../resolvers/context';
import { LiveSource } from '../../resolvers/live-source';

/** What a subscription would watch; or the result that tells why it cannot be made. */
export async function sourceOf(args: ExecutionArgs): Promise<LiveSource | ExecutionResult> {
  try {
    const source = await createSourceEventStream(args);
    if (source instanceof LiveSource || 'errors' in source || 'data' in source) return source;
  } catch (error) {
    // graphql-js throws for an operation whose only field is skipped by a directive.
    if (error instanceof TypeError) return { errors: [new GraphQLError('The operation selects nothing.')] };
    throw error;
  } finally {
    // Before anything else is read: an embedded database has one connection, and this operation holds it.
    await (args.contextValue as OperationContext).close();
  }
  throw new Error('A subscription resolved to something that cannot be watched.');
}

/** The part of a document that decides its cohort. */
export interface SharedDocument {
  readonly document: DocumentNode;
  /** The same for documents that differ only in whitespace and in `afterVersion`. */
  readonly text: string;
  /** The declared variables, except those of `afterVersion`. */
  readonly sharedVariables: ReadonlySet<string>;
}

const PERSONAL_ARGUMENT = 'afterVersion';

/** Ten thousand subscribers have one document: it is printed once, and kept as long as the document is. */
const known = new WeakMap<DocumentNode, SharedDocument>();

export function sharedDocument(document: DocumentNode): SharedDocument {
  const before = known.get(document);
  if (before !== undefined) return before;
  const made: SharedDocument = {
    document,
    text: print(withoutPersonalArguments(document)),
    sharedVariables: sharedVariablesIn(document),
  };
  known.set(document, made);
  return made;
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

/** The same text for all subscribers of one cohort. */
export function cohortKey(
  { text, sharedVariables }: SharedDocument,
  args: ExecutionArgs,
  audience: Audience,
): string {
  const variables = Object.entries(args.variableValues ?? {})
    .filter(([name]) => sharedVariables.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([args.operationName ?? null, variables, text, audienceKey(audience)]);
}

/** A key of fixed length: a map that is keyed by it does not hold the text. */
export const shortKey = (text: string): string => createHash('sha256').update(text).digest('base64url');
