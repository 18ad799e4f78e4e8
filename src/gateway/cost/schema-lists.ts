import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

/** @returns how long a list of the schema's own is on average, by its coordinate, at least 1 */
export function schemaLists(schema: GraphQLSchema): (coordinate: string) => number {
  const types = Object.values(schema.getTypeMap());
  const withFields = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = withFields.flatMap((type) => Object.values(type.getFields()));
  const directives = schema.getDirectives();
  const lengths = new Map<string, number>([
    ['__Schema.types', types.length],
    ['__Schema.directives', directives.length],
    ['__Type.fields', average(withFields, (type) => Object.keys(type.getFields()).length)],
    ['__Type.enumValues', average(types.filter(isEnumType), (type) => type.getValues().length)],
    [
      '__Type.inputFields',
      average(types.filter(isInputObjectType), (type) => Object.keys(type.getFields()).length),
    ],
    ['__Field.args', average(fields, ({ args }) => args.length)],
    ['__Directive.args', average(directives, ({ args }) => args.length)],
    ['__Directive.locations', average(directives, ({ locations }) => locations.length)],
  ]);
  return (coordinate) => lengths.get(coordinate) ?? 1;
}

function average<Item>(items: readonly Item[], lengthOf: (item: Item) => number): number {
  if (items.length === 0) return 1;
  return Math.max(1, Math.ceil(items.reduce((sum, item) => sum + lengthOf(item), 0) / items.length));
}
