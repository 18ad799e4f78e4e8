import { z } from 'zod';
import type { BusinessCalendar } from '../../domain/calendar';
import { tenthsOf } from '../../domain/rounding';
import { column } from '../../database/rows';
import type { EventId } from '../../domain/values';
import { type SettledEvent, computeSettled } from '../settling';
import type { Comparison, Drift } from './compare';
import type { SnapshotSql } from './snapshot';

/** So many events are read at a time: memory stays flat however many there are. */
const EVENTS_PER_ROUND = 1_000;

const settledRow = z.object({
  storeId: column.storeId,
  eventId: column.eventId,
  participants: z.bigint(),
  roi: z.bigint(),
  growth: z.bigint(),
});
type SettledRow = z.infer<typeof settledRow>;

/**
 * Compares the stored figures of settled events with what the formulas compute from their rows. Other checks compare
 * those rows with the raw ones: this one finds a change that did not mark its event as not settled.
 */
export async function compareSettled(
  sql: SnapshotSql,
  calendar: BusinessCalendar,
  limit: number,
): Promise<Comparison> {
  const drifts: Drift[] = [];
  let count = 0;
  let rows: SettledRow[] = await settledBehind(sql, null);
  while (rows.length > 0) {
    const ids = rows.map(({ eventId }) => eventId);
    const figures = await computeSettled(sql, ids, calendar);
    const byId = new Map(figures.map((each) => [each.eventId, each]));
    for (const drift of rows.flatMap((row) => driftsOf(row, byId.get(row.eventId)))) {
      count += 1;
      if (drifts.length < limit) drifts.push(drift);
    }
    rows = await settledBehind(sql, ids.at(-1)!);
  }
  return { drifts, count };
}

function settledBehind(sql: SnapshotSql, last: EventId | null): Promise<SettledRow[]> {
  const page = (behind: string): string =>
    `SELECT store_id::text AS "storeId", event_id::text AS "eventId", participants, roi_tenths AS roi,
            growth_tenths AS growth
     FROM store_events WHERE settled ${behind} ORDER BY event_id LIMIT $1::int`;
  return last === null
    ? sql.query(settledRow, page(''), EVENTS_PER_ROUND)
    : sql.query(settledRow, page('AND event_id > $2::uuid'), EVENTS_PER_ROUND, last);
}

/** An event that no longer exists, or belongs to another store, is named by the check of whose events there are. */
function driftsOf(row: SettledRow, computed: SettledEvent | undefined): Drift[] {
  if (computed?.storeId !== row.storeId) return [];
  const { participants, roi, salesGrowth } = computed.figures;
  const pairs = [
    ['participants', row.participants, BigInt(participants)],
    ['roi_tenths', row.roi, tenthsOf(roi)],
    ['growth_tenths', row.growth, tenthsOf(salesGrowth)],
  ] as const;
  return pairs.flatMap(([figure, stored, recomputed]) =>
    stored === recomputed
      ? []
      : [
          {
            rollup: 'store_events',
            place: `${row.storeId} ${row.eventId}`,
            figure,
            stored: String(stored),
            recomputed: String(recomputed),
          },
        ],
  );
}
