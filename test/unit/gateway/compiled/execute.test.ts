import { setImmediate } from 'node:timers/promises';
import { buildSchema, execute, getOperationAST, type GraphQLError, parse } from 'graphql';
import { createRandom, type Random } from '../../../../src/commands/simulator/random';
import { executeCompiled } from '../../../../src/gateway/compiled/execute';
import { compiledOnce } from '../../../../src/gateway/compiled/kept';
import { anyOperation } from '../../../harness/operations/any/operation';
import { type AnyContext, anySchema } from '../../../harness/operations/any/schema';
import { happenings } from '../../../harness/operations/any/values';
import { seededRandom } from '../../../harness/seeded';

const schema = anySchema();
const OPERATIONS = 150;

type Executor = typeof executeCompiled;

/** All that can be told apart: the text of the answer, how it came, its errors with what they were made of, each call. */
async function witness(executor: Executor, text: string, seed: number, errorRate: number): Promise<unknown> {
  const context: AnyContext = { happen: happenings(seed, errorRate), calls: [] };
  const document = parse(text);
  const random = createRandom(seed);
  const variableValues = random.chance(0.5) ? { times: random.between(1, 9), flag: random.chance(0.5) } : {};
  const returned = executor({
    schema,
    document,
    variableValues,
    contextValue: context,
    rootValue: await rootOf(context),
  });
  const result = await returned;
  return {
    text: JSON.stringify(result),
    isLate: returned instanceof Promise,
    errors: result.errors?.map(known),
    calls: [...context.calls],
  };
}

/** Now and then nothing, or no object. */
const rootOf = ({ happen }: AnyContext): Promise<unknown> =>
  Promise.resolve()
    .then(() => happen('root', schema.getQueryType()!))
    .catch(() => null);

const known = ({ message, path, locations, extensions, originalError, nodes }: GraphQLError): unknown => ({
  message,
  path,
  locations,
  extensions,
  thrown: [originalError?.constructor.name, originalError?.message],
  nodes: nodes?.map(({ kind, loc }) => [kind, loc?.start, loc?.end]),
});

const isCompiled = (text: string): boolean => {
  const document = parse(text);
  return compiledOnce(schema, document, getOperationAST(document)!) !== undefined;
};

const literal = (random: Random) => (): string => (random.chance(0.5) ? 'true' : 'false');

describe('a compiled operation', () => {
  it.each([
    ['all is well', 0],
    ['a little fails', 0.02],
    ['much fails', 0.2],
  ])('is executed as graphql-js executes it when %s', async (_when, errorRate) => {
    const random = seededRandom('compiled operations');
    let compiled = 0;
    for (let count = 0; count < OPERATIONS; count++) {
      const text = anyOperation(schema, random, literal(random));
      const seed = random.between(0, 2 ** 31);
      if (isCompiled(text)) compiled += 1;
      const found = await witness(executeCompiled, text, seed, errorRate);
      const expected = await witness(execute, text, seed, errorRate);
      expect({ text, ...(found as object) }).toEqual({ text, ...(expected as object) });
    }
    expect(compiled).toBe(OPERATIONS);
  });

  it.each([
    ['variables decide what is selected', 'query ($flag: Boolean! = false) { whole @skip(if: $flag) }'],
    ['a key is none of an object of its own', '{ __proto__: whole }'],
    ['it is very large', `{ ${Array.from({ length: 1_001 }, (_, n) => `a${n}: whole`).join(' ')} }`],
  ])('is left to graphql-js where %s', async (_where, text) => {
    expect(isCompiled(text)).toBe(false);
    expect(await witness(executeCompiled, text, 1, 0)).toEqual(await witness(execute, text, 1, 0));
  });

  it.each([
    ['a variable that is none', { document: 'query ($times: Int!) { text(times: $times) }' }],
    ['no name among several', { document: 'query a { whole } query b { whole }' }],
    ['a name that is not there', { document: 'query a { whole }', operationName: 'b' }],
    ['a name among several', { document: 'query a { whole } query b { color }', operationName: 'b' }],
    [
      'what the schema is',
      {
        document:
          '{ __schema { types { name fields { name type { name } } } } __type(name: "Node") { kind } }',
      },
    ],
  ])('is told the same of %s', async (_what, { document, ...rest }) => {
    const answer = async (executor: Executor): Promise<string> => {
      const contextValue: AnyContext = { happen: happenings(1, 0), calls: [] };
      return JSON.stringify(await executor({ schema, document: parse(document), contextValue, ...rest }));
    };
    expect(await answer(executeCompiled)).toBe(await answer(execute));
  });

  it('tells nothing of what fails below a list that has become null', async () => {
    const args = {
      schema: buildSchema('type Query { nodes: [Node!] last: Int } type Node { slow: Int quick: Int! }'),
      document: parse('{ nodes { slow quick } last }'),
    };
    const rootValue = {
      nodes: [{ slow: () => Promise.reject(new Error('Too late.')), quick: 1 }, { quick: null }],
      last: () => setImmediate(1),
    };
    const { data, errors } = await executeCompiled({ ...args, rootValue });
    expect([{ ...data }, errors?.map(({ path }) => path)]).toEqual([
      { nodes: null, last: 1 },
      [['nodes', 1, 'quick']],
    ]);
    expect(JSON.stringify({ errors, data })).toBe(JSON.stringify(await execute({ ...args, rootValue })));
  });
});
