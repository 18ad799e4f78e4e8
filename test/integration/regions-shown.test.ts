import { Client } from 'pg';
import { z } from 'zod';
import { session } from '../../src/database/connections/sessions';
import { bitOf, factKinds } from '../../src/database/facts/kinds';
import { factsStatement } from '../../src/database/facts/statement';
import { newEvent } from '../harness/messages';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';

const FEW = 8;
const MANY = 20_000;
/** Of an event: six ages, three genders and the five regions that are shown. */
const MOST_READ = 14;

const PROFILE = factKinds(['profile']);

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Index Name'?: string | undefined;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number | undefined;
  readonly Plans?: readonly PlanNode[] | undefined;
}

const planNode: z.ZodType<PlanNode> = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Actual Rows': z.number(),
  'Rows Removed by Filter': z.number().optional(),
  get Plans() {
    return z.array(planNode).optional();
  },
});
const plans = z.array(z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: planNode })]) }));
const profiles = z.array(z.object({ told: z.string() }));

const withAll = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(withAll)];

describe('the regions of an event that as many are named in as took part', () => {
  const { eventId, storeId } = newEvent();
  const asked = `('{${eventId}}', '{${bitOf('profile')}}', '{1}', '{1}', '{${storeId}}', now())`;
  let opened: OpenedDatabase;
  let client: Client;

  /** What the statement reads of the rollup, by the plan that the session keeps. */
  async function readOfRollup(): Promise<readonly PlanNode[]> {
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE facts ${asked}`);
    const plan = plans.parse(rows)[0]!['QUERY PLAN'][0].Plan;
    return withAll(plan).filter((node) => node['Relation Name'] === 'event_profiles');
  }

  const nameRegions = (from: number, to: number) =>
    client.query(
      `INSERT INTO event_profiles (event_id, dimension, bucket, participants)
       SELECT $1::uuid, 'REGION', '동네 ' || place, 1 + place % 2 FROM generate_series($2::int, $3::int) AS place`,
      [eventId, from, to],
    );

  beforeAll(async () => {
    opened = await openServer();
    client = new Client(session(opened.url!, 'reading'));
    await client.connect();
    await client.query(
      `INSERT INTO events VALUES ($1, $2, '이벤트', '카페', 1, now(), now() + interval '1 day', 0, 0, 0, now())`,
      [eventId, storeId],
    );
    await client.query(
      `INSERT INTO event_counts (event_id, participants, new_customers, version, changed_at) VALUES ($1, 1, 0, 1, now())`,
      [eventId],
    );
    await client.query(
      `INSERT INTO event_profiles VALUES ($1, 'AGE', '20', 1), ($1, 'GENDER', 'FEMALE', 1), ($1, 'REGION', '', 7)`,
      [eventId],
    );
    await nameRegions(1, FEW);
    await client.query('ANALYZE event_profiles');
    await client.query(
      `PREPARE facts (uuid[], int[], int[], int[], uuid[], timestamptz) AS ${factsStatement(PROFILE)}`,
    );
    // The session plans it here, for a table of a few rows.
    await readOfRollup();
    await nameRegions(FEW + 1, MANY);
  });
  afterAll(async () => {
    await client.end();
    await opened.close();
  });

  it('are not looked through, neither for those shown nor for ages and genders', async () => {
    const reads = await readOfRollup();
    expect(reads.map((node) => node['Index Name'])).toContain('event_profiles_top_regions_idx');
    for (const node of reads) {
      expect(node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)).toBeLessThanOrEqual(MOST_READ);
    }
  });

  it('are shown by their participants, and then by their names', async () => {
    const { rows } = await client.query(`EXECUTE facts ${asked}`);
    const told = profiles.parse(rows)[0]!.told;
    const names = [...told.matchAll(/"REGION", "([^"]*)", 2/g)].map(([, name]) => name);
    expect(names).toEqual(['동네 1', '동네 10001', '동네 10003', '동네 10005', '동네 10007']);
  });
});
