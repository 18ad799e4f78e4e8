import type { BusinessCalendar } from '../../domain/calendar';
import { tenthsOf } from '../../domain/rounding';
import type { Sql } from '../../database/database';
import { readSettledEvents, type StoredSettledEvent } from '../../database/verification/settled-events';
import { type SettledEvent, computeSettled } from '../settling';
import type { Comparison, Drift } from './compare';

/** So many events are read at a time: memory stays flat however many there are. */
const EVENTS_PER_ROUND = 1_000;

/**
 * Compares the stored figures of settled events with what the formulas compute from their rows. Other checks compare
 * those rows with the raw ones: this one finds a change that did not mark its event as not settled.
 */
export async function compareSettled(
  sql: Pick<Sql, 'query'>,
  calendar: BusinessCalendar,
  limit: number,
): Promise<Comparison> {
  const drifts: Drift[] = [];
  let count = 0;
  let rows: StoredSettledEvent[] = await readSettledEvents(sql, null, EVENTS_PER_ROUND);
  while (rows.length > 0) {
    const ids = rows.map(({ eventId }) => eventId);
    const figures = await computeSettled(sql, ids, calendar);
    const byId = new Map(figures.map((each) => [each.eventId, each]));
    for (const drift of rows.flatMap((row) => driftsOf(row, byId.get(row.eventId)))) {
      count += 1;
      if (drifts.length < limit) drifts.push(drift);
    }
    rows = await readSettledEvents(sql, ids.at(-1)!, EVENTS_PER_ROUND);
  }
  return { drifts, count };
}

/** An event that no longer exists, or belongs to another store, is named by the check of whose events there are. */
function driftsOf(row: StoredSettledEvent, computed: SettledEvent | undefined): Drift[] {
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
