import { z } from 'zod';
import type { IndustryFacts, IndustrySums } from '../domain/facts';
import type { Industry, Instant, StoreId } from '../domain/values';
import { INDUSTRY_REFRESH_LOCK } from './advisory-locks';
import type { Sql } from './database';
import { milliseconds, read } from './facts/columns';
import type { FactSource } from './facts/fact-source';
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

/** An industry, and when its rollup was made; null before the first time. */
interface IndustryAnswer {
  readonly facts: IndustryFacts;
  readonly refreshedAt: Instant | null;
}

// Two rows of the rollup and the one that dates it, and one for each store that the reader knows in the industry:
// however many stores the industry has.
export const industryFacts: FactSource<IndustryAnswer> = {
  liesBy: 'store',
  sql: (asked) => `
(SELECT json_build_array(coalesce(t.stores, 0), ${asked.knownStores}, json_build_array(coalesce(t.events, 0), coalesce(t.participation_tenths, 0)::text, coalesce(t.roi_tenths, 0)::text,
     coalesce(t.conversion_tenths, 0)::text),
   CASE WHEN o.store_id IS NOT NULL THEN json_build_array(o.events, o.participation_tenths::text, o.roi_tenths::text,
     o.conversion_tenths::text) END,
   ${milliseconds('r.refreshed_at')})
 FROM (SELECT) AS once
 LEFT JOIN industry_totals AS t ON t.industry = a.industry
 LEFT JOIN industry_stores AS o ON o.industry = a.industry AND ${asked.ofStore('o.store_id')}
 LEFT JOIN industry_refreshes AS r ON true)`,
  decode: toIndustry,
};

function toIndustry(part: unknown): IndustryAnswer {
  const [stores, knownStores, total, own, refreshedAt] = read.list(part);
  return {
    facts: {
      stores: read.whole(stores),
      knownStores: read.whole(knownStores),
      total: toSums(total),
      own: read.orNull(own, toSums),
    },
    refreshedAt: read.orNull(refreshedAt, read.instant),
  };
}

function toSums(value: unknown): IndustrySums {
  const [events, participation, roi, conversion] = read.list(value);
  return {
    events: read.whole(events),
    participationTenths: read.exact(participation),
    roiTenths: read.exact(roi),
    conversionTenths: read.exact(conversion),
  };
}
