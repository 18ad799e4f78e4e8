import { isObjectType } from 'graphql';
import { buildSchema } from '../../../src/resolvers/build-schema';
import { contract, type Schema } from '../../harness/contract/openapi';

const schema = buildSchema();

/** Where views come from is told by GraphQL alone. */
const BESIDE_THE_CONTRACT = new Set(['viewsSource', 'viewsMeasuredAt', 'platformFailingSince']);

/** The components that a schema of the contract refers to, and those that they refer to. */
function componentsOf(part: Schema, found = new Map<string, Schema>()): ReadonlyMap<string, Schema> {
  const name = part.$ref?.replace('#/components/schemas/', '');
  const component = name === undefined ? undefined : contract.components.schemas[name];
  if (name !== undefined && component !== undefined && !found.has(name)) {
    componentsOf(component, found.set(name, component));
  }
  for (const inner of Object.values(part.properties ?? {})) componentsOf(inner, found);
  return part.items === undefined ? found : componentsOf(part.items, found);
}

describe('the fields of the contract stand in its order in', () => {
  const sections = componentsOf(contract.components.schemas['DashboardResponse'] ?? {});

  it('every type that a dashboard section is made of', () => {
    expect(sections.size).toBeGreaterThan(0);
    expect([...sections.keys()].filter((name) => schema.getType(name) === undefined)).toEqual([]);
  });

  it.each([...sections])('%s', (name, { properties = {} }) => {
    const type = schema.getType(name);
    const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
    expect(fields.filter((field) => !BESIDE_THE_CONTRACT.has(field))).toEqual(Object.keys(properties));
  });
});
