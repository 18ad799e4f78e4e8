import './with-resolvers.mjs';
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { listOfCodec, TYPES } from 'postgraphile/@dataplan/pg';
import { makePgService } from 'postgraphile/adaptors/pg';
import { context } from 'postgraphile/grafast';
import { grafserv } from 'postgraphile/grafserv/node';
import { sql } from 'postgraphile/pg-sql2';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { wrapPlans } from 'postgraphile/utils';
import { given } from '../given.cjs';
import { verify } from '../token.mjs';
import { create } from './create.mjs';

/** PostGraphile over views of the same rows: whatever is asked for is one statement. */
const connectionString = given('DATABASE_URL');
const STORES = listOfCodec(TYPES.uuid);

/** What a viewer may read is a condition of that statement: dearer would be row security, and a transaction with it. */
function onlyOwn(plan) {
  const $found = plan();
  const $dashboards = $found.getClassStep?.() ?? $found;
  const $stores = $dashboards.placeholder(context().get('storeIds'), STORES);
  $dashboards.where(sql`${$dashboards.alias}.store_id = ANY (${$stores})`);
  return $found;
}

await create('postgraphile.sql');
const server = createServer();
await postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [wrapPlans({ Query: { dashboardByEventId: onlyOwn, dashboardsByIdsList: onlyOwn } })],
  schema: { defaultBehavior: '-insert -update -delete -connection +list' },
  pgServices: [makePgService({ connectionString, schemas: ['rival'], poolConfig: { max: 10 } })],
  grafast: {
    context: ({ node }) => ({ storeIds: [...verify(node.req.headers.authorization).storeIds] }),
  },
  grafserv: { graphiql: false },
})
  .createServ(grafserv)
  .addTo(server);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

export const answers = { address: () => ({ url: `http://127.0.0.1:${server.address().port}/graphql` }) };
