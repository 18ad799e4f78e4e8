import { readFileSync } from 'node:fs';

/** The service's own schema, without what the rivals are not asked for: they answer no subscriptions. */
export const typeDefs = readFileSync(
  new URL('../../../dist/schema/schema.graphql', import.meta.url),
  'utf8',
).replace(/^type Subscription \{[\s\S]*?^\}$/m, '');
