import {
  type FieldNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { Extensions } from 'type-graphql';
import { bothOf, type FactKind, factKinds, type FactKinds, NO_FACTS } from '../database/facts/kinds';

/** Declares the facts of its event that a field computes from: only those of selected fields are read. */
export function Needs(...kinds: readonly FactKind[]): MethodDecorator {
  return Extensions({ [NEEDS]: factKinds(kinds) });
}

const NEEDS = 'needs';

/** What a field's selections need; of those whose directives no variable decides, which never changes. */
const known = new WeakMap<SelectionSetNode, FactKinds>();

/** @returns the facts that everything needs which is selected below the field being resolved */
export function selectedFacts(info: GraphQLResolveInfo): FactKinds {
  const type = getNamedType(info.returnType);
  if (!isObjectType(type)) return NO_FACTS;
  return info.fieldNodes
    .map(({ selectionSet }) => (selectionSet === undefined ? NO_FACTS : neededBy(selectionSet, type, info)))
    .reduce(bothOf, NO_FACTS);
}

function neededBy(set: SelectionSetNode, type: GraphQLObjectType, info: GraphQLResolveInfo): FactKinds {
  const before = known.get(set);
  if (before !== undefined) return before;
  const found: Found = { needed: NO_FACTS, isFixed: true };
  walk(set, type, info, found);
  if (found.isFixed) known.set(set, found.needed);
  return found.needed;
}

interface Found {
  needed: FactKinds;
  /** Whether no variable decides what is selected. */
  isFixed: boolean;
}

function walk(
  { selections }: SelectionSetNode,
  parent: GraphQLObjectType,
  info: GraphQLResolveInfo,
  found: Found,
): void {
  for (const selection of selections) {
    if (selection.directives?.some(decidedByVariables) === true) found.isFixed = false;
    if (!isSelected(selection, info)) continue;
    if (selection.kind === Kind.FIELD) walkField(selection, parent, info, found);
    else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, parent, info, found);
    else {
      const fragment = info.fragments[selection.name.value];
      if (fragment !== undefined) walk(fragment.selectionSet, parent, info, found);
    }
  }
}

function walkField(
  { name, selectionSet }: FieldNode,
  parent: GraphQLObjectType,
  info: GraphQLResolveInfo,
  found: Found,
): void {
  const field = parent.getFields()[name.value];
  // What every type has is none of its own fields.
  if (field === undefined) return;
  found.needed = bothOf(found.needed, needsOf(field));
  const type = getNamedType(field.type);
  if (selectionSet !== undefined && isObjectType(type)) walk(selectionSet, type, info, found);
}

/** @returns the facts that a field itself computes from, whatever is selected below it */
export function needsOf({ extensions }: Pick<GraphQLField<unknown, unknown>, 'extensions'>): FactKinds {
  const needs = extensions[NEEDS];
  return typeof needs === 'number' ? (needs as FactKinds) : NO_FACTS;
}

type Directed = Parameters<typeof getDirectiveValues>[1];

function isSelected(node: Directed, { variableValues }: GraphQLResolveInfo): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false
  );
}

const decidedByVariables = ({ arguments: given }: NonNullable<Directed['directives']>[number]): boolean =>
  given?.some(({ value }) => value.kind === Kind.VARIABLE) === true;
