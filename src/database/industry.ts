import { z } from 'zod';
import type { IndustrySums } from '../domain/facts';
import type { Industry, Instant, StoreId } from '../domain/values';
import { INDUSTRY_REFRESH_LOCK } from './advisory-locks';
import type { Sql } from './database';
import { column } from './rows';
import { timestamp } from './parameters';

/** What one store adds to the averages of one industry. */
export interface IndustryPart {
  readonly industry: Industry;
  readonly storeId: StoreId;
  readonly sums: IndustrySums;
}

const refreshRow = z.object({ refreshedAt: column.instant });

/** @returns when the averages were last rebuilt; undefined before the first time */
export async function industriesRefreshedAt(sql: Sql): Promise<Instant | undefined> {
  const [row] = await sql.query(refreshRow, 'SELECT refreshed_at AS "refreshedAt" FROM industry_refreshes');
  return row?.refreshedAt;
}

const lockRow = z.object({ locked: z.boolean() });

/** Does not wait. The lock ends with the transaction. @returns whether no other transaction has the lock */
export async function tryLockIndustryRefresh(sql: Sql): Promise<boolean> {
  const [row] = await sql.query(
    lockRow,
    'SELECT pg_try_advisory_xact_lock($1::bigint) AS locked',
    INDUSTRY_REFRESH_LOCK,
  );
  return row?.locked === true;
}

/** Replaces the parts of all stores in all industries, and their totals. */
export async function replaceIndustries(
  sql: Sql,
  parts: readonly IndustryPart[],
  refreshedAt: Instant,
): Promise<void> {
  await sql.execute('DELETE FROM industry_stores');
  await sql.execute('DELETE FROM industry_totals');
  await sql.execute(
    `INSERT INTO industry_stores (industry, store_id, events, participation_tenths, roi_tenths, conversion_tenths)
     SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::numeric[], $5::numeric[], $6::numeric[])`,
    parts.map(({ industry }) => industry),
    parts.map(({ storeId }) => storeId),
    parts.map(({ sums }) => sums.events),
    parts.map(({ sums }) => sums.participationTenths.toString()),
    parts.map(({ sums }) => sums.roiTenths.toString()),
    parts.map(({ sums }) => sums.conversionTenths.toString()),
  );
  await sql.execute(
    `INSERT INTO industry_totals (industry, stores, events, participation_tenths, roi_tenths, conversion_tenths)
     SELECT industry, count(*), sum(events), sum(participation_tenths), sum(roi_tenths), sum(conversion_tenths)
     FROM industry_stores GROUP BY industry`,
  );
  await sql.execute(
    `INSERT INTO industry_refreshes (id, refreshed_at) VALUES (1, $1::timestamptz)
     ON CONFLICT (id) DO UPDATE SET refreshed_at = excluded.refreshed_at`,
    timestamp(refreshedAt),
  );
}
