import {
  buildSchema,
  type GraphQLSchema,
  isObjectType,
  type ResponsePath,
  responsePathAsArray,
} from 'graphql';
import type { Happen } from './values';

const FIELDS = `
  whole: Int  wholeSure: Int!  text(times: Int! = 1, colors: [Color!]): String  color: Color  colorSure: Color!
  wholes: [Int]  wholesSure: [Int!]!  grid: [[Int!]]
  node: Node  nodeSure: Node!  nodes: [Node]  nodesSure: [Node!]!  nodesInRows: [[Node!]!]
`;

const SDL = `
  enum Color { RED GREEN }
  type Query { ${FIELDS} }
  type Node { ${FIELDS} }
`;

/** Where a resolver was called, and with what. */
export type Call = readonly [path: readonly (string | number)[], args: unknown, fieldNodes: number];

/** What resolvers find for one execution. */
export interface AnyContext {
  readonly happen: Happen;
  readonly calls: Call[];
}

/** Types that have a field of every kind. Every other one is a property of its source, the rest have resolvers. */
export function anySchema(): GraphQLSchema {
  const schema = buildSchema(SDL);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const [index, field] of Object.values(type.getFields()).entries()) {
      if (index % 2 === 1 && field.args.length === 0) continue;
      field.resolve = (_source, args, context: AnyContext, { path, fieldNodes, returnType }) => {
        context.calls.push([responsePathAsArray(path), args, fieldNodes.length]);
        return context.happen(keyOf(path), returnType);
      };
    }
  }
  return schema;
}

const keyOf = (path: ResponsePath): string => responsePathAsArray(path).join('.');
