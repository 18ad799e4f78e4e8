import {
  type ASTNode,
  type ExecutableDefinitionNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** Ten times what the page asks for at once. */
const MOST_SELECTIONS = 5_000;

/** As many as aliases: components that are put together name the same field, but not more often than there are of them. */
const MOST_OF_ONE_KEY = 30;

/**
 * What a document selects, a fragment counted wherever it is spread: fragments that lead on to each other twice each make
 * millions out of a few lines. And how often it names the same key in one place of the answer: the specification has each
 * compared with each (5.3.2). To be asked ahead of the specification's own rules, and of whatever walks along a document.
 */
export const fewSelections: ValidationRule = (context) => {
  const walk = new Walk(context);
  const check = (definition: ExecutableDefinitionNode): void => walk.definition(definition);
  return { OperationDefinition: check, FragmentDefinition: check };
};

/** A place of the answer: how often its key has been named, and the places below it. */
interface Place {
  named: number;
  readonly below: Map<string, Place>;
}

class Walk {
  private selections = 0;
  private hasEnded = false;
  /** The fragments around the current one: another rule reports cycles. */
  private readonly within = new Set<string>();

  constructor(private readonly context: ValidationContext) {}

  /** One that nothing spreads is compared as well. */
  definition({ selectionSet }: ExecutableDefinitionNode): void {
    this.set(selectionSet, { named: 0, below: new Map() });
  }

  private set({ selections }: SelectionSetNode, place: Place): void {
    for (const selection of selections) {
      if (this.hasEnded) return;
      this.selections += 1;
      if (this.selections > MOST_SELECTIONS)
        return this.end(
          selection,
          `The document selects more than ${MOST_SELECTIONS} fields, fragments counted wherever they are spread.`,
        );
      this.one(selection, place);
    }
  }

  private one(selection: SelectionNode, place: Place): void {
    if (selection.kind === Kind.FIELD) this.field(selection, place);
    else if (selection.kind === Kind.INLINE_FRAGMENT) this.set(selection.selectionSet, place);
    else this.spread(selection.name.value, place);
  }

  private field(field: FieldNode, place: Place): void {
    const key = (field.alias ?? field.name).value;
    const next = place.below.get(key) ?? { named: 0, below: new Map() };
    place.below.set(key, next);
    next.named += 1;
    if (next.named > MOST_OF_ONE_KEY)
      return this.end(field, `"${key}" is selected more than ${MOST_OF_ONE_KEY} times in one place.`);
    if (field.selectionSet) this.set(field.selectionSet, next);
  }

  private spread(name: string, place: Place): void {
    const fragment = this.context.getFragment(name);
    if (fragment == null || this.within.has(name)) return;
    this.within.add(name);
    this.set(fragment.selectionSet, place);
    this.within.delete(name);
  }

  private end(node: ASTNode, message: string): void {
    this.hasEnded = true;
    this.context.reportError(new GraphQLError(message, { nodes: node }));
  }
}
