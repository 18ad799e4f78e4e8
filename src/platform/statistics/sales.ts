import { z } from 'zod';
import type { BusinessCalendar } from '../../metrics/calendar';
import type { EventFacts, SalesFacts } from '../../metrics/facts';
import { salesWindows, type SalesWindows } from '../../metrics/growth';
import { saturate } from '../../metrics/rounding';
import type { Instant, Krw, StoreId } from '../../schema/values';
import type { Sql } from '../database/database';

/** What the formulas want of an event to know which days are compared. */
export type ComparedEvent = Pick<EventFacts, 'storeId' | 'startAt'>;

const NOTHING_TO_COMPARE: SalesFacts = { days: 0, before: 0 as Krw, after: 0 as Krw, recorded: false };

/** @returns for each event its store's sales ahead of its start day and from it, in its place */
export async function salesAround(
  sql: Sql,
  events: readonly ComparedEvent[],
  calendar: BusinessCalendar,
  now: Instant,
): Promise<SalesFacts[]> {
  const asked = events.flatMap((event, place) => {
    const windows = salesWindows(event, calendar, now);
    return windows === null ? [] : [{ place, storeId: event.storeId, windows }];
  });
  const sums = asked.length === 0 ? new Map<number, WindowSums>() : await sumsOf(sql, asked);
  const days = new Map(asked.map(({ place, windows }) => [place, windows.days]));
  return events.map((_, place) => {
    const found = sums.get(place);
    return found === undefined ? NOTHING_TO_COMPARE : { days: days.get(place) ?? 0, ...found };
  });
}

type WindowSums = Omit<SalesFacts, 'days'>;

const sum = z.string().transform((amount) => saturate(BigInt(amount)));
const sumsRow = z.object({ place: z.number(), before: sum, after: sum, recorded: z.boolean() });

async function sumsOf(
  sql: Sql,
  asked: readonly { place: number; storeId: StoreId; windows: SalesWindows }[],
): Promise<ReadonlyMap<number, WindowSums>> {
  const rows = await sql.query(
    sumsRow,
    SUMS,
    asked.map(({ place }) => place),
    asked.map(({ storeId }) => storeId),
    asked.map(({ windows }) => windows.before.from),
    asked.map(({ windows }) => windows.after.from),
    asked.map(({ windows }) => windows.after.to),
  );
  return new Map(rows.map(({ place, ...sums }) => [place, sums]));
}

// The two windows meet at the start day. Sums of bigint are numeric, and so exact whatever their size; as text no
// driver rounds them.
const SUMS = `
SELECT w.place, coalesce(sum(s.amount) FILTER (WHERE s.day < w.start), 0)::text AS before,
       coalesce(sum(s.amount) FILTER (WHERE s.day >= w.start), 0)::text AS after, count(s.day) > 0 AS recorded
FROM unnest($1::int[], $2::uuid[], $3::date[], $4::date[], $5::date[]) AS w(place, store_id, first, start, last)
LEFT JOIN daily_sales AS s ON s.store_id = w.store_id AND s.day BETWEEN w.first AND w.last
GROUP BY w.place`;
