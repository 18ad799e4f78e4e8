import { z } from 'zod';
import type { Sql } from '../../../src/database/database';
import type { PersonRow } from '../oracle/erased';

/** Reads a database without the service's code. */

const numberRow = z.object({ number: z.bigint().nullable() });

/** The one number that a query selects as `number`; undefined when there is no row. */
export async function numberIn(
  sql: Sql,
  query: string,
  ...parameters: unknown[]
): Promise<bigint | undefined> {
  const [row] = await sql.query(numberRow, query, ...parameters);
  return row?.number ?? undefined;
}

export async function participantsOf(sql: Sql, eventId: string): Promise<number> {
  const query = 'SELECT participants AS number FROM event_counts WHERE event_id = $1::uuid';
  return Number((await numberIn(sql, query, eventId)) ?? 0n);
}

/** The stored offset of a topic's first partition; undefined when it was never read. */
export async function offsetOf(sql: Sql, topic: string): Promise<number | undefined> {
  const query = 'SELECT next_offset AS number FROM partition_offsets WHERE topic = $1 AND partition = 0';
  const offset = await numberIn(sql, query, topic);
  return offset === undefined ? undefined : Number(offset);
}

export interface StoredLetter {
  readonly offset: bigint;
  readonly value: Buffer | null;
  readonly reason: string;
}

/** The dead letters in the order in which they were written. */
export function lettersIn(sql: Sql): Promise<StoredLetter[]> {
  const letter = z.object({
    offset: z.bigint(),
    value: z
      .string()
      .nullable()
      .transform((value) => (value === null ? null : Buffer.from(value, 'base64'))),
    reason: z.string(),
  });
  return sql.query(
    letter,
    `SELECT "offset", encode(value, 'base64') AS value, reason FROM dead_letters ORDER BY id`,
  );
}

const personRow = z
  .object({
    ids: z.tuple([z.string(), z.string()]),
    at: z.date(),
    channel: z.string(),
    age: z.number().nullable(),
    gender: z.string().nullable(),
    region: z.string().nullable(),
    newCustomer: z.boolean().nullable(),
    erased: z.boolean(),
  })
  .transform(({ ids, at, channel, age, gender, region, newCustomer, erased }): PersonRow => [
    ...ids,
    at.getTime(),
    ...([channel, age, gender, region, newCustomer, erased] as const),
  ]);

/** What is kept of everybody who took part. */
export function peopleIn(sql: Sql): Promise<PersonRow[]> {
  return sql.query(
    personRow,
    `SELECT jsonb_build_array(event_id, participant_id) AS ids, registered_at AS at, channel, age, gender, region,
       new_customer AS "newCustomer", erased FROM participants`,
  );
}

/** What platforms call events, by event and channel; those that a platform has no name for are left out. */
export async function externalIdsIn(sql: Sql): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.query(
    z.object({ key: z.string(), externalId: z.string() }),
    `SELECT event_id::text || ' ' || channel AS key, external_id AS "externalId" FROM event_channels
     WHERE external_id IS NOT NULL`,
  );
  return new Map(rows.map(({ key, externalId }) => [key, externalId]));
}

/**
 * The tables of the service, as the database has them: a new one is in no list that could be forgotten. What a part of one holds that one
 * holds.
 */
export async function tablesIn(sql: Sql): Promise<string[]> {
  const rows = await sql.query(
    z.object({ name: z.string() }),
    `SELECT relname::text AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
       AND relname NOT LIKE '\\_prisma%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Every row there is, but for when it changed. */
export async function everythingIn(sql: Sql): Promise<unknown[]> {
  const rows = (await tablesIn(sql)).map(
    (table) => `SELECT '${table}' AS of, to_jsonb(t) - 'changed_at' AS row FROM ${table} AS t`,
  );
  const rowOf = z.object({ of: z.string(), row: z.unknown() });
  return sql.query(rowOf, `${rows.join(' UNION ALL ')} ORDER BY 1, 2`);
}
