import { type DocumentNode, type ExecutionArgs, Kind, print, visit } from 'graphql';
import { type Audience, audienceKey } from '../../auth/audience';

/** What of a document makes subscribers share their values. */
export interface SharedDocument {
  readonly document: DocumentNode;
  /** The same for documents that differ only in blanks, and in what a subscriber has seen already. */
  readonly text: string;
  /** Variables that make one operation differ from another: those it declares but the ones of `afterVersion`. */
  readonly sharedVariables: ReadonlySet<string>;
}

const PERSONAL_ARGUMENT = 'afterVersion';

/** For as long as anybody keeps the document: ten thousand subscribers have one. */
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

/** What all subscribers of one cohort have in common. */
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
