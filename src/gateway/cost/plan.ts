import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  isCompositeType,
  isListType,
  getNullableType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { type Price, priceOf } from './prices';

/** What a selection set costs, but for the lengths of its lists: read from the document once, and priced often. */
export interface SelectionPlan {
  /** The name of the type that it is selected of. */
  readonly type: string;
  readonly fields: readonly FieldPlan[];
  /** Spread here: each is one object wherever it is spread, so that it need be priced once for each place. */
  readonly fragments: readonly SelectionPlan[];
}

export interface FieldPlan {
  readonly coordinate: string;
  readonly price: Price;
  readonly isList: boolean;
  /** How long its key in the answer is. */
  readonly keyLength: number;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly selections: SelectionPlan | undefined;
  /** One value, of what has been read and computed around it: it costs its units, wherever it stands. */
  readonly isPlain: boolean;
}

/** Plans the operations of one document, which has been validated. */
export function planDocument(schema: GraphQLSchema, document: DocumentNode) {
  const definitions = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) definitions.set(definition.name.value, definition);
  const fragments = new Map<string, SelectionPlan>();

  function planFragment(name: string): SelectionPlan | undefined {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    const definition = definitions.get(name);
    if (definition === undefined) return undefined;
    const planned = planSelections(definition.selectionSet, typeNamed(definition.typeCondition.name.value));
    fragments.set(name, planned);
    return planned;
  }

  function planSelections({ selections }: SelectionSetNode, parent: GraphQLCompositeType): SelectionPlan {
    const plan: GrowingPlan = { type: parent.name, fields: [], fragments: [] };
    for (const selection of selections) add(selection, parent, plan);
    return plan;
  }

  function add(selection: SelectionNode, parent: GraphQLCompositeType, plan: GrowingPlan): void {
    if (selection.kind === Kind.FIELD) plan.fields.push(planField(selection, parent));
    else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const type = selection.typeCondition ? typeNamed(selection.typeCondition.name.value) : parent;
      plan.fragments.push(planSelections(selection.selectionSet, type));
    } else {
      const fragment = planFragment(selection.name.value);
      if (fragment !== undefined) plan.fragments.push(fragment);
    }
  }

  function planField(node: FieldNode, parent: GraphQLCompositeType): FieldPlan {
    const definition = fieldOf(parent, node.name.value);
    const coordinate = `${parent.name}.${definition.name}`;
    const type = getNamedType(definition.type);
    const price = priceOf(coordinate, definition);
    const isList = isListType(getNullableType(definition.type));
    return {
      ...{ coordinate, price, isList },
      isPlain: !isCompositeType(type) && !isList && definition.args.length === 0 && isOfItsUnits(price),
      keyLength: (node.alias ?? node.name).value.length,
      definition,
      node,
      selections:
        node.selectionSet && isCompositeType(type) ? planSelections(node.selectionSet, type) : undefined,
    };
  }

  function typeNamed(name: string): GraphQLCompositeType {
    const type = schema.getType(name);
    if (isCompositeType(type)) return type;
    throw new Error(`A validated document has a fragment on ${name}, which has no fields.`);
  }

  return (operation: OperationDefinitionNode): SelectionPlan => {
    const root = schema.getRootType(operation.operation);
    if (root == null)
      throw new Error(`A validated document has a ${operation.operation}, which is not here.`);
    return planSelections(operation.selectionSet, root);
  };
}

/** What else a price may have makes the costs of a field depend on where it stands. */
function isOfItsUnits(price: Price): boolean {
  return Object.keys(price).every((key) => key === 'compute');
}

interface GrowingPlan extends SelectionPlan {
  readonly fields: FieldPlan[];
  readonly fragments: SelectionPlan[];
}

const META_FIELDS = [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef];

function fieldOf(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> {
  const field =
    META_FIELDS.find((meta) => meta.name === name) ??
    ('getFields' in parent ? parent.getFields()[name] : undefined);
  if (field === undefined)
    throw new Error(`A validated document selects ${parent.name}.${name}, which is not here.`);
  return field;
}
