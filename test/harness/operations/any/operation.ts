import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import type { Random } from '../../../../src/commands/simulator/random';

/**
 * The text of an operation that selects by chance: aliases, fields named more than once, fragments of both kinds, one
 * within another, and what `@include` and `@skip` decide.
 *
 * @param condition what directives decide by: `true`, `false`, or a variable
 */
export function anyOperation(schema: GraphQLSchema, random: Random, condition: () => string): string {
  const fragments: string[] = [];

  function selections(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields()).filter(
      ({ type }) => depth > 0 || !isObjectType(getNamedType(type)),
    );
    const some = Array.from({ length: random.between(1, 5) }, () => selection(type, fields, depth));
    return `{ ${some.join(' ')} }`;
  }

  function selection(
    type: GraphQLObjectType,
    fields: readonly GraphQLField<unknown, unknown>[],
    depth: number,
  ): string {
    if (random.chance(0.1)) return `__typename${directive()}`;
    if (random.chance(0.12)) return `... on ${type.name}${directive()} ${selections(type, depth)}`;
    if (random.chance(0.05)) return `...${directive()} ${selections(type, depth)}`;
    if (random.chance(0.12)) return `...${fragment(type, depth)}${directive()}`;
    return field(random.pick(fields.map((each) => [each, 1] as const)), depth);
  }

  function fragment(type: GraphQLObjectType, depth: number): string {
    const body = selections(type, depth);
    const name = `f${fragments.length}`;
    fragments.push(`fragment ${name} on ${type.name} ${body}`);
    return name;
  }

  function field({ name, type, args }: GraphQLField<unknown, unknown>, depth: number): string {
    const given =
      args.length === 0
        ? ''
        : random.pick([
            ['', 1],
            ['(times: 2)', 1],
            ['(times: $times)', 1],
            ['(colors: [RED, GREEN])', 1],
          ]);
    // Fields that differ in their arguments must not have the same key.
    const alias = given === '' && random.chance(0.5) ? '' : `${name}_${given.replace(/\W/g, '')}: `;
    const named = getNamedType(type);
    return `${alias}${name}${given}${directive()}${isObjectType(named) ? ` ${selections(named, depth - 1)}` : ''}`;
  }

  const directive = (): string =>
    random.pick([
      ['', 12],
      [` @include(if: ${condition()})`, 1],
      [` @skip(if: ${condition()})`, 1],
    ]);

  const body = selections(schema.getQueryType()!, 2);
  return `query Any($times: Int! = 3, $flag: Boolean! = true) ${body} ${fragments.join(' ')}`;
}
