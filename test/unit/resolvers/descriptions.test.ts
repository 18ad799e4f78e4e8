import {
  type GraphQLNamedType,
  isEnumType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { buildSchema } from '../../../src/resolvers/build-schema';

interface Described {
  readonly place: string;
  readonly description: string | null | undefined;
}

/** A type and everything in it that a reader of the schema comes across. */
function partsOf(type: GraphQLNamedType): Described[] {
  const whole = { place: type.name, description: type.description };
  if (isEnumType(type)) {
    return [
      whole,
      ...type.getValues().map(({ name, description }) => ({ place: `${type.name}.${name}`, description })),
    ];
  }
  if (!isObjectType(type)) return [whole];
  const fields = Object.values(type.getFields()).flatMap(({ name, description, args }) => [
    { place: `${type.name}.${name}`, description },
    ...args.map((arg) => ({ place: `${type.name}.${name}(${arg.name})`, description: arg.description })),
  ]);
  // The roots are entered through their fields; by themselves they mean nothing.
  return ['Query', 'Mutation', 'Subscription'].includes(type.name) ? fields : [whole, ...fields];
}

const parts = Object.values(buildSchema({ federation: true }).getTypeMap())
  .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
  .flatMap(partsOf);

describe('the schema', () => {
  it('describes every type, field, argument and value', () => {
    expect(parts.length).toBeGreaterThan(100);
    expect(parts.filter(({ description }) => !description?.trim()).map(({ place }) => place)).toEqual([]);
  });

  it('says of every percentage, amount and count what it is in', () => {
    const schema = buildSchema({ federation: true });
    const said = (scalar: string): string[] =>
      Object.values(schema.getTypeMap())
        .filter((type) => !isIntrospectionType(type))
        .filter(isObjectType)
        .flatMap((type) => Object.values(type.getFields()))
        .filter((field) => field.type.toString() === `${scalar}!`)
        .map(({ description }) => description ?? '');
    expect(said('Percent').filter((text) => !text.includes('%'))).toEqual([]);
    expect(said('KRW').filter((text) => !/\bwon\b/.test(text))).toEqual([]);
  });
});
