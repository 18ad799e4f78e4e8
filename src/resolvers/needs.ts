import {
  type FieldNode,
  type FragmentDefinitionNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  type InlineFragmentNode,
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

/** What selections on a type need; of those whose directives no variable decides, which never changes. */
const known = new WeakMap<GraphQLObjectType, WeakMap<SelectionSetNode, FactKinds>>();

/** @returns the facts that everything needs which is selected below the field being resolved */
export function selectedFacts(info: GraphQLResolveInfo): FactKinds {
  const type = getNamedType(info.returnType);
  return isObjectType(type) ? selectedOn(type, info) : NO_FACTS;
}

/**
 * The same below a field that may be of several types, for one of these.
 *
 * @throws Error when the schema has no such object type
 */
export function selectedFactsOf(info: GraphQLResolveInfo, typename: string): FactKinds {
  const type = info.schema.getType(typename);
  if (!isObjectType(type)) throw new Error(`The schema has no ${typename} with fields.`);
  return selectedOn(type, info);
}

function selectedOn(type: GraphQLObjectType, info: GraphQLResolveInfo): FactKinds {
  return info.fieldNodes
    .map(({ selectionSet }) => (selectionSet === undefined ? NO_FACTS : neededBy(selectionSet, type, info)))
    .reduce(bothOf, NO_FACTS);
}

function neededBy(set: SelectionSetNode, type: GraphQLObjectType, info: GraphQLResolveInfo): FactKinds {
  const ofType = known.get(type) ?? new WeakMap<SelectionSetNode, FactKinds>();
  known.set(type, ofType);
  const before = ofType.get(set);
  if (before !== undefined) return before;
  const found: Found = { needed: NO_FACTS, isFixed: true };
  walk(set, type, info, found);
  if (found.isFixed) ofType.set(set, found.needed);
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
    else if (selection.kind === Kind.INLINE_FRAGMENT) walkFragment(selection, parent, info, found);
    else {
      const fragment = info.fragments[selection.name.value];
      if (fragment !== undefined) walkFragment(fragment, parent, info, found);
    }
  }
}

function walkFragment(
  { typeCondition, selectionSet }: InlineFragmentNode | FragmentDefinitionNode,
  parent: GraphQLObjectType,
  info: GraphQLResolveInfo,
  found: Found,
): void {
  const type = typeCondition && info.schema.getType(typeCondition.name.value);
  // What is selected of another type is nothing to this one.
  if (isObjectType(type) && type !== parent) return;
  walk(selectionSet, parent, info, found);
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
