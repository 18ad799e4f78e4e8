import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, Kind, parse, validate } from 'graphql';
import { z } from 'zod';
import { toManifest } from '../../../scripts/operations/manifest';
import { LIVE_COUNT } from '../../../clients/typescript/src/live/operations';
import * as pageOperations from '../../../web/generated/operations';

const PROJECT = path.join(__dirname, '../../..');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const manifest = z.strictObject({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(
    z.strictObject({ id: z.string(), name: z.string(), type: z.string(), body: z.string() }),
  ),
});
const readManifest = (file: string): z.infer<typeof manifest> =>
  manifest.parse(JSON.parse(readFileSync(path.join(PROJECT, file), 'utf8')));

const page = readManifest('web/generated/persisted-operations.json');
const tests = readManifest('src/generated/test-persisted-operations.json');

describe('a manifest of persisted operations', () => {
  const operation = 'query Shops($first: Int) { shops(first: $first) { id } }';

  test('has the form of Apollo’s, each operation under the hash of its text as it is sent', () => {
    expect(toManifest([operation])).toEqual({
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: sha256(operation), name: 'Shops', type: 'query', body: operation }],
    });
  });

  test('is the same whatever the order of what it is made from', () => {
    const others = ['mutation A { a }', 'subscription B { b }', operation];
    expect(toManifest([...others].reverse())).toEqual(toManifest(others));
    expect(toManifest(others).operations.map(({ type }) => type)).toEqual([
      'mutation',
      'subscription',
      'query',
    ]);
  });

  test.each([
    ['an operation without a name', '{ shops { id } }'],
    ['two operations', 'query A { a } query B { b }'],
    ['fragments alone', 'fragment A on B { c }'],
  ])('refuses %s', (_what, text) => {
    expect(() => toManifest([text])).toThrow('one operation with a name');
  });

  test('refuses two operations of one name, which a log could not tell apart', () => {
    expect(() => toManifest(['query A { a }', 'query A { b }'])).toThrow('A');
  });
});

/** The names of the operations in all GraphQL files of a folder. */
function namesBelow(folder: string): readonly string[] {
  return readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.graphql'))
    .flatMap((file) => parse(readFileSync(path.join(PROJECT, folder, file), 'utf8')).definitions)
    .flatMap((each) => (each.kind === Kind.OPERATION_DEFINITION ? [each.name?.value ?? ''] : []))
    .sort();
}

describe('the stored operations', () => {
  test('of the page and of the client that it uses are all in its manifest, and nothing else is', () => {
    const names = page.operations.map(({ name }) => name);
    expect(names).toEqual([...namesBelow('web/src'), 'LiveCount'].sort());
  });

  test('of the tests are in one of their own', () => {
    expect(tests.operations.map(({ name }) => name)).toEqual(namesBelow('test/harness/operations'));
  });

  test('are known by what the page sends, to the letter', () => {
    const sent = Object.entries(pageOperations).filter(([name]) => name.endsWith('Document'));
    const texts = [...sent.map(([, document]) => document), LIVE_COUNT].map(String);
    expect(page.operations.map(({ id }) => id).sort()).toEqual(texts.map(sha256).sort());
    expect(page.operations.map(({ body }) => body).sort()).toEqual(texts.sort());
  });

  test('are valid', () => {
    const schema = buildSchema(readFileSync(path.join(PROJECT, 'src/schema/schema.graphql'), 'utf8'));
    for (const { body } of [...page.operations, ...tests.operations]) {
      expect(validate(schema, parse(body))).toEqual([]);
    }
  });
});
