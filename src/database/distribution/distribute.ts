import { z } from 'zod';
import { type MigrationSession, rowsOf } from '../migrations/migration-session';
import { type Placement, PLACEMENTS } from './placements';

/** What distributes the tables; undefined where they lie in one database. */
export type Distribution = 'citus' | undefined;

/** The database is not what `DATABASE_DISTRIBUTION` says. */
class NotAsDistributed extends Error {
  override readonly name = 'NotAsDistributed';
}

const KEYS: Partial<Readonly<Record<Placement, string>>> = {
  'with the event': 'event_id',
  'with the store': 'store_id',
  'by message': 'message_id',
};

const extensionRow = z.tuple([z.boolean()]);
const tableRow = z.tuple([z.string(), z.string().nullable()]);
const zoneRow = z.tuple([z.boolean(), z.string()]);

/**
 * Makes sure that the tables of a database may be used as they lie, before anything of it is changed.
 *
 * @throws NotAsDistributed, saying what to do
 */
export async function requireDistribution(session: MigrationSession, by: Distribution): Promise<void> {
  const distributed = await distributedTables(session);
  if (by === undefined) {
    if (distributed !== undefined && distributed.size > 0) throw new NotAsDistributed(MUST_BE_SAID);
    return;
  }
  if (distributed === undefined) throw new NotAsDistributed(NO_EXTENSION);
  const otherwise = [...distributed].find(([table, key]) => key !== keyOf(table));
  if (otherwise !== undefined) throw new NotAsDistributed(liesOtherwise(...otherwise));
}

/**
 * Distributes the tables that are not distributed yet, with what they hold.
 *
 * @param session within a transaction, of a database that may be used so
 * @returns the tables that were distributed now
 * @throws NotAsDistributed, saying what to do
 */
export async function distribute(session: MigrationSession): Promise<readonly string[]> {
  const distributed = await distributedTables(session);
  const missing = Object.keys(PLACEMENTS).filter(
    (table) => PLACEMENTS[table] !== 'on the coordinator' && distributed?.has(table) === false,
  );
  if (missing.length > 0) await requireUtc(session);
  for (const table of missing) await session.run(distributionOf(table));
  return missing;
}

/** @returns by table the column that it is distributed by, null for one that is whole on every node; undefined without Citus */
async function distributedTables(
  session: MigrationSession,
): Promise<ReadonlyMap<string, string | null> | undefined> {
  const [extension] = await rowsOf(
    session,
    extensionRow,
    `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')`,
  );
  if (extension?.[0] !== true) return undefined;
  const names = Object.keys(PLACEMENTS).map((table) => `'${table}'`);
  const rows = await rowsOf(
    session,
    tableRow,
    `SELECT t.name, column_to_column_name(p.logicalrelid, p.partkey) FROM unnest(ARRAY[${names.join(', ')}]) AS t(name)
     JOIN pg_dist_partition AS p ON p.logicalrelid = to_regclass(t.name)`,
  );
  return new Map(rows);
}

const keyOf = (table: string): string | null => KEYS[PLACEMENTS[table] ?? 'on every node'] ?? null;

/** Of what is left behind of a table that had rows, the shards have a copy. */
function distributionOf(table: string): string {
  const key = keyOf(table);
  if (key === null) return `SELECT create_reference_table('${table}'); ${emptied(table)}`;
  const leader = Object.keys(PLACEMENTS).find((each) => PLACEMENTS[each] === PLACEMENTS[table]);
  const beside = leader === table ? 'none' : leader;
  return `SELECT create_distributed_table('${table}', '${key}', colocate_with => '${beside}'); ${emptied(table)}`;
}

const emptied = (table: string): string => `SELECT truncate_local_data_after_distributing_table('${table}')`;

/** Statements run in the sessions of the nodes, which have their own zone: a day would begin at another hour there. */
async function requireUtc(session: MigrationSession): Promise<void> {
  const rows = await rowsOf(
    session,
    zoneRow,
    `SELECT DISTINCT success, result FROM run_command_on_all_nodes('SHOW timezone')`,
  );
  const other = rows.find(([isTold, zone]) => isTold && zone !== 'UTC' && zone !== 'Etc/UTC');
  if (other !== undefined) throw new NotAsDistributed(zoneMustBeUtc(other[1]));
}

const NO_EXTENSION =
  'DATABASE_DISTRIBUTION is citus, but this database does not have the extension. On the coordinator and on every worker: ' +
  'CREATE EXTENSION citus. Then, on the coordinator: SELECT citus_set_coordinator_host(…), and citus_add_node(…) for each worker.';

const MUST_BE_SAID =
  'The tables of this database are distributed by Citus, and DATABASE_DISTRIBUTION does not say so: set it to citus.';

const zoneMustBeUtc = (zone: string): string =>
  `A node of Citus has the time zone ${zone}; all of them need UTC: ALTER SYSTEM SET timezone = 'UTC', and pg_reload_conf().`;

const liesOtherwise = (table: string, key: string | null): string =>
  `The table ${table} of this database is distributed by ${key ?? 'nothing, as it lies whole on every node'}, and not as this ` +
  `service reads it: by ${keyOf(table) ?? 'nothing'}.`;
