import {
  type ConstDirectiveNode,
  GraphQLObjectType,
  GraphQLSchema,
  Kind,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';
import { ENTITY_KEYS } from './representation';

/** Version 2.3 is known to every gateway that speaks Federation 2, and has all that is used here. */
const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])`;

/** The directives of types. Any subgraph with pages has a PageInfo, with the same meaning. */
const DIRECTIVES: ReadonlyMap<string, readonly ConstDirectiveNode[]> = new Map([
  ...Object.entries(ENTITY_KEYS).map(
    ([type, key]) => [type, directivesIn(`@key(fields: "${key}")`)] as const,
  ),
  ['PageInfo', directivesIn('@shareable')],
]);

function directivesIn(text: string): readonly ConstDirectiveNode[] {
  const [definition] = parse(`scalar Any ${text}`).definitions;
  return definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
}

const known = new WeakMap<GraphQLSchema, string>();

/**
 * @returns the schema as a subgraph of Federation 2: what a gateway adds to it by itself left out, and what only operators ask for;
 *   directives added
 */
export function subgraphSdl(schema: GraphQLSchema): string {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const own = visit(parse(printSchema(withoutFederation(schema))), {
    ObjectTypeDefinition: (node) => ({ ...node, directives: DIRECTIVES.get(node.name.value) ?? [] }),
  });
  const sdl = `${LINK}\n\n${print(own)}\n`;
  known.set(schema, sdl);
  return sdl;
}

/** What concerns those alone who operate this service, and no client of all services: so does the mutation, the only one. */
const OF_OPERATORS: ReadonlySet<string> = new Set(['service']);

function withoutFederation(schema: GraphQLSchema): GraphQLSchema {
  const { query, ...config } = schema.toConfig();
  if (query == null) throw new Error('The schema has no queries.');
  const { fields, ...type } = query.toConfig();
  const own = Object.entries(fields).filter(([name]) => !name.startsWith('_') && !OF_OPERATORS.has(name));
  // Types that nothing leads to any more are left out, where none are named.
  return new GraphQLSchema({
    ...config,
    query: new GraphQLObjectType({ ...type, fields: Object.fromEntries(own) }),
    mutation: undefined,
    types: [],
  });
}
