import {
  type FieldNode,
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isObjectType,
  isRequiredArgument,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** What the arguments of the schema are filled with, by their names, written as GraphQL. */
export type Fillings = Readonly<Record<string, string>>;

export interface Walked {
  /** The field of the root type, and the one of its fields that is asked for. */
  readonly path: string;
  readonly query: string;
}

/**
 * One operation for each field one level below a root type, with everything beneath it: together they select the whole
 * schema, including fields that are added later.
 *
 * @throws Error for a required argument without a known value
 */
export function everySection(
  schema: GraphQLSchema,
  kind: 'query' | 'subscription',
  fillings: Fillings,
): Walked[] {
  const root = kind === 'query' ? schema.getQueryType() : schema.getSubscriptionType();
  if (!root) throw new Error(`The schema has no ${kind}.`);
  return Object.values(root.getFields()).flatMap((field) => {
    const type = getNamedType(field.type);
    const inner = isObjectType(type) ? Object.values(type.getFields()) : [];
    const call = field.name + argumentsOf(field, fillings);
    if (inner.length === 0) return [{ path: field.name, query: `${kind} { ${call} }` }];
    return inner.map((section) => ({
      path: `${field.name}.${section.name}`,
      query: `${kind} { ${call} { ${wholeOf(section, fillings, [])} } }`,
    }));
  });
}

/** Each field of a type with everything beneath it, as it is selected. */
export function everyFieldOf(schema: GraphQLSchema, typeName: string): [name: string, selection: string][] {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`The schema has no ${typeName} with fields.`);
  return Object.values(type.getFields()).map((field) => [field.name, wholeOf(field, {}, [type])]);
}

/** Each field of a dashboard, and each of its cards, with everything beneath it: as it is selected on a dashboard. */
export const everyPartOfDashboard = (schema: GraphQLSchema): [name: string, selection: string][] => [
  ...everyFieldOf(schema, 'Dashboard'),
  ...everyFieldOf(schema, 'SummaryCards').map(([card, selection]): [string, string] => [
    `summaryCards.${card}`,
    `summaryCards { ${selection} }`,
  ]),
];

/** The fields of all types for which something holds, as `Type.field`. */
export function fieldsWhere(
  schema: GraphQLSchema,
  holds: (field: GraphQLField<unknown, unknown>) => boolean,
): string[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(holds)
        .map(({ name }) => `${type.name}.${name}`),
    );
}

/** The fields that a query selects, as `Type.field`, each once; without those that a directive may leave out. */
export function fieldsSelected(schema: GraphQLSchema, query: string): string[] {
  const types = new TypeInfo(schema);
  const selected = new Set<string>();
  const noting = {
    Field({ name, directives }: FieldNode) {
      const type = types.getParentType();
      if (type && directives?.length === 0) selected.add(`${type.name}.${name.value}`);
    },
  };
  visit(parse(query), visitWithTypeInfo(types, noting));
  return [...selected];
}

function wholeOf(
  field: GraphQLField<unknown, unknown>,
  fillings: Fillings,
  above: readonly GraphQLObjectType[],
): string {
  const call = field.name + argumentsOf(field, fillings);
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return call;
  // A type nested in itself has nothing that was not selected one level higher.
  if (above.includes(type)) return `${call} { __typename }`;
  const inner = Object.values(type.getFields()).map((each) => wholeOf(each, fillings, [...above, type]));
  return `${call} { ${inner.join(' ')} }`;
}

function argumentsOf({ name, args }: GraphQLField<unknown, unknown>, fillings: Fillings): string {
  const given = args.flatMap((argument) => {
    const value = fillings[argument.name] ?? firstOfEnum(argument);
    if (value !== undefined) return [`${argument.name}: ${value}`];
    if (isRequiredArgument(argument))
      throw new Error(`${name}: nothing is known to fill ${argument.name} with.`);
    return [];
  });
  return given.length === 0 ? '' : `(${given.join(', ')})`;
}

function firstOfEnum({ type }: GraphQLArgument): string | undefined {
  const named = getNamedType(type);
  return isEnumType(named) ? named.getValues()[0]?.name : undefined;
}
