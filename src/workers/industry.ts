import { z } from 'zod';
import type { BusinessCalendar } from '../domain/calendar';
import { figuresOf } from '../domain/comparison';
import type { IndustrySums } from '../domain/facts';
import { countsTowardsIndustry, industrySums } from '../domain/industry';
import { type Clock, latestBelievable } from '../runtime/clock';
import type { Database, Sql } from '../database/database';
import { eventIdsAfter, type EventRecord } from '../database/events';
import { factKinds } from '../database/facts/kinds';
import { type FactsWanted, type ReadFor, readFactsOver } from '../database/facts/read-facts';
import type { EventId, Industry, Instant, StoreId } from '../domain/values';

/** How many events are read at a time: memory stays flat however many there are. */
const EVENTS_PER_ROUND = 1_000;

/** The key of the advisory lock under which one worker at a time rebuilds the figures. */
const REFRESH_LOCK = 7_264_110_502;

export interface IndustryOptions {
  readonly database: Database;
  readonly calendar: BusinessCalendar;
  readonly clock: Clock;
}

/** What one store adds to one industry. */
interface StorePart {
  readonly industry: Industry;
  readonly storeId: StoreId;
  sums: IndustrySums;
}

/**
 * Rebuilds the industry figures from the rollups, by the same formulas that a dashboard shows, and replaces the old
 * ones in one transaction: a reader sees the old figures or the new ones, never a mixture.
 *
 * @param olderThan figures made at or after this instant are left as they are
 * @returns whether they were rebuilt; false when another worker is at it, or was just before
 */
export async function refreshIndustries(options: IndustryOptions, olderThan: Instant): Promise<boolean> {
  const { database, clock } = options;
  const now = clock.now();
  if (!(await isDue(database, olderThan, now))) return false;
  const parts = await collect(options, now);
  return database.transaction(async (sql) => {
    if (!(await isOurTurn(sql, olderThan, now))) return false;
    await replace(sql, parts, now);
    return true;
  });
}

const refreshRow = z.object({ refreshedAt: z.date().transform((date) => date.getTime() as Instant) });

/** Figures that were made in the future were made by a wrong clock, and by now may be of any age. */
async function isDue(sql: Sql, olderThan: Instant, now: Instant): Promise<boolean> {
  const [row] = await sql.query(refreshRow, 'SELECT refreshed_at AS "refreshedAt" FROM industry_refreshes');
  return row === undefined || row.refreshedAt < olderThan || row.refreshedAt > latestBelievable(now);
}

/** Decided under a lock that ends with the transaction: of several workers that begin at once, one goes on. */
async function isOurTurn(sql: Sql, olderThan: Instant, now: Instant): Promise<boolean> {
  const [row] = await sql.query(
    z.object({ locked: z.boolean() }),
    'SELECT pg_try_advisory_xact_lock($1::bigint) AS locked',
    REFRESH_LOCK,
  );
  return row?.locked === true && (await isDue(sql, olderThan, now));
}

const COMPARED = factKinds(['channels', 'sales']);
const compared = (eventId: EventId): FactsWanted => ({ eventId, kinds: COMPARED });
const OF_ALL: ReadFor = { stores: null, audience: new Set() };

async function collect({ database, calendar }: IndustryOptions, now: Instant): Promise<readonly StorePart[]> {
  const parts = new Map<string, StorePart>();
  const readFacts = readFactsOver(database);
  let last: EventId | null = null;
  do {
    const ids: EventId[] = await eventIdsAfter(database, last, EVENTS_PER_ROUND);
    const wanted = ids.map(compared);
    for (const facts of await readFacts({ wanted, moment: { calendar, now }, readFor: OF_ALL }))
      if (facts !== null && countsTowardsIndustry(facts.event, facts.counts, now))
        add(parts, facts.event, industrySums([figuresOf(facts)]));
    last = ids.length < EVENTS_PER_ROUND ? null : (ids.at(-1) ?? null);
  } while (last !== null);
  return [...parts.values()];
}

function add(parts: Map<string, StorePart>, { industry, storeId }: EventRecord, sums: IndustrySums): void {
  const key = `${storeId} ${industry}`;
  const part = parts.get(key);
  if (part === undefined) parts.set(key, { industry, storeId, sums });
  else part.sums = plus(part.sums, sums);
}

function plus(one: IndustrySums, other: IndustrySums): IndustrySums {
  return {
    events: one.events + other.events,
    participationTenths: one.participationTenths + other.participationTenths,
    roiTenths: one.roiTenths + other.roiTenths,
    conversionTenths: one.conversionTenths + other.conversionTenths,
  };
}

async function replace(sql: Sql, parts: readonly StorePart[], now: Instant): Promise<void> {
  await sql.execute('DELETE FROM industry_stores');
  await sql.execute('DELETE FROM industry_totals');
  await sql.execute(
    `INSERT INTO industry_stores (industry, store_id, events, participation_tenths, roi_tenths, conversion_tenths)
     SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::numeric[], $5::numeric[], $6::numeric[])`,
    parts.map((part) => part.industry),
    parts.map((part) => part.storeId),
    parts.map((part) => part.sums.events),
    parts.map((part) => part.sums.participationTenths.toString()),
    parts.map((part) => part.sums.roiTenths.toString()),
    parts.map((part) => part.sums.conversionTenths.toString()),
  );
  await sql.execute(
    `INSERT INTO industry_totals (industry, stores, events, participation_tenths, roi_tenths, conversion_tenths)
     SELECT industry, count(*), sum(events), sum(participation_tenths), sum(roi_tenths), sum(conversion_tenths)
     FROM industry_stores GROUP BY industry`,
  );
  await sql.execute(
    `INSERT INTO industry_refreshes (id, refreshed_at) VALUES (1, $1::timestamptz)
     ON CONFLICT (id) DO UPDATE SET refreshed_at = excluded.refreshed_at`,
    new Date(now).toISOString(),
  );
}
