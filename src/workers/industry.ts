import type { BusinessCalendar } from '../domain/calendar';
import { figuresOf } from '../domain/comparison';
import type { IndustrySums } from '../domain/facts';
import { countsTowardsIndustry, industrySums } from '../domain/industry';
import { type Clock, latestBelievable } from '../runtime/clock';
import type { Database, Sql } from '../database/database';
import { eventIdsAfter, type EventRecord } from '../database/events';
import { factKinds } from '../database/facts/kinds';
import { type FactsWanted, type ReadFor, readFactsOver } from '../database/facts/read-facts';
import {
  industriesRefreshedAt,
  type IndustryPart,
  replaceIndustries,
  tryLockIndustryRefresh,
} from '../database/industry';
import type { EventId, Instant } from '../domain/values';

/** How many events are read at a time: memory stays flat however many there are. */
const EVENTS_PER_ROUND = 1_000;

export interface IndustryOptions {
  readonly database: Database;
  readonly calendar: BusinessCalendar;
  readonly clock: Clock;
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
    // Decided under a lock: of several workers that begin at once, one goes on.
    if (!(await tryLockIndustryRefresh(sql))) return false;
    if (!(await isDue(sql, olderThan, now))) return false;
    await replaceIndustries(sql, parts, now);
    return true;
  });
}

/** A date in the future was set by a wrong clock: the figures may be of any age. */
async function isDue(sql: Sql, olderThan: Instant, now: Instant): Promise<boolean> {
  const refreshedAt = await industriesRefreshedAt(sql);
  return refreshedAt === undefined || refreshedAt < olderThan || refreshedAt > latestBelievable(now);
}

const COMPARED = factKinds(['channels', 'sales']);
const compared = (eventId: EventId): FactsWanted => ({ eventId, kinds: COMPARED });
const OF_ALL: ReadFor = { stores: null, audience: new Set() };

async function collect(
  { database, calendar }: IndustryOptions,
  now: Instant,
): Promise<readonly IndustryPart[]> {
  const parts = new Map<string, IndustryPart>();
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

function add(parts: Map<string, IndustryPart>, { industry, storeId }: EventRecord, sums: IndustrySums): void {
  const key = `${storeId} ${industry}`;
  const part = parts.get(key);
  parts.set(key, { industry, storeId, sums: part === undefined ? sums : plus(part.sums, sums) });
}

function plus(one: IndustrySums, other: IndustrySums): IndustrySums {
  return {
    events: one.events + other.events,
    participationTenths: one.participationTenths + other.participationTenths,
    roiTenths: one.roiTenths + other.roiTenths,
    conversionTenths: one.conversionTenths + other.conversionTenths,
  };
}
