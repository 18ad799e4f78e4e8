import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isObjectType } from 'graphql';
import { parse } from 'yaml';
import { z } from 'zod';
import { buildSchema } from '../../../src/resolvers/build-schema';

const schema = buildSchema();

const object = z.record(z.string(), z.unknown());
const contract = z
  .object({ components: z.object({ schemas: z.record(z.string(), z.object({ properties: object })) }) })
  .parse(parse(readFileSync(path.join(__dirname, '../../../src/rest/openapi.yaml'), 'utf8')))
  .components.schemas;

/** Where views come from is told by GraphQL alone. */
const BESIDE_THE_CONTRACT = new Set(['viewsSource', 'viewsMeasuredAt', 'platformFailingSince']);

describe('the fields of the contract stand in its order in', () => {
  const shared = Object.entries(contract).filter(([name]) => schema.getType(name) !== undefined);

  it('every type that a dashboard section is made of', () => {
    expect(shared.map(([name]) => name)).toEqual(
      Object.keys(contract).filter((name) => name !== 'DashboardResponse' && name !== 'ErrorResponse'),
    );
  });

  it.each(shared)('%s', (name, { properties }) => {
    const type = schema.getType(name);
    const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
    expect(fields.filter((field) => !BESIDE_THE_CONTRACT.has(field))).toEqual(Object.keys(properties));
  });
});
