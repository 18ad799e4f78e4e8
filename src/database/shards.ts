import { z } from 'zod';
import type { EventId } from '../domain/values';
import type { Sql } from './database';

/** What a statement begins with that reads on by the keys that one before it has told: a log of statements shows what is one reading. */
export const GOES_ON = '/* reads on */';

const idsRow = z.object({ ids: z.array(z.string()) });

/** The tables whose keys say where the rows of an event or of a store lie: those of the others lie with them. */
type Keyed = 'events' | 'store_events';

const shardsOf = (table: Keyed): string => `
SELECT id, get_shard_id_for_distribution_column('${table}', id) AS shardid FROM unnest($1::uuid[]) AS t(id)`;

const idsByShard = (table: Keyed): string => `
SELECT array_agg(id::text) AS ids FROM (${shardsOf(table)}) AS placed GROUP BY shardid ORDER BY shardid`;

const idsByNode = (table: Keyed): string => `
SELECT array_agg(id::text) AS ids FROM (${shardsOf(table)}) AS placed JOIN pg_dist_placement AS p USING (shardid)
GROUP BY p.groupid ORDER BY p.groupid`;

/**
 * Does for the events of each shard what cannot be done over several in one statement: Citus locks rows that are selected
 * within one shard only. One after the other, since they are statements of one transaction.
 *
 * @returns what was done for each, in the order of the shards; over one database, of all events at once
 */
export async function ofEachShard<Row>(
  sql: Sql,
  events: readonly EventId[],
  work: (events: readonly EventId[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  if (events.length === 0) return [];
  if (!sql.isDistributed) return [...(await work(events))];
  const rows: Row[] = [];
  for (const { ids } of await sql.query(idsRow, idsByShard('events'), events))
    rows.push(...(await work(ids as EventId[])));
  return rows;
}

/**
 * Takes locks so that two transactions over the same keys wait in line: Citus works on several nodes at once, and two that
 * begin on different ones would wait for each other. On each node it goes from one shard to the next, always in the same order
 * (`citus.multi_shard_modify_mode`, sessions.ts).
 *
 * @param lock locks in the order of the keys, by one statement
 * @returns what it returned for all of them
 */
export async function lockInOrder<Id extends string, Row>(
  sql: Sql,
  table: Keyed,
  keys: Iterable<Id>,
  lock: (keys: readonly Id[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const all = [...new Set(keys)];
  if (all.length === 0) return [];
  if (!sql.isDistributed) return lock(all);
  const rows: Row[] = [];
  for (const { ids } of await sql.query(idsRow, idsByNode(table), all))
    rows.push(...(await lock(ids as Id[])));
  return rows;
}
