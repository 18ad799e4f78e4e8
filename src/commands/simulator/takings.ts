import type { OutgoingMessage } from '../../messaging/sink/sink';
import type { Campaign } from './campaign';
import { dayOf, iso } from './moments';
import type { Random } from './random';

/** How much more a store takes on a day on which one of its events is on. */
const LEAST_LIFT = 0.08;
const MOST_LIFT = 0.22;

/** A store's takings of one day, as its POS closes it at this moment. */
export function dayOfSales(
  random: Random,
  storeId: string,
  at: number,
  campaigns: readonly Pick<Campaign, 'startAt' | 'endAt'>[],
): OutgoingMessage {
  const usual = random.between(620_000, 780_000);
  const lift = LEAST_LIFT + random.next() * (MOST_LIFT - LEAST_LIFT);
  const isEventOn = campaigns.some(({ startAt, endAt }) => startAt <= at && at < endAt);
  return sale(random, storeId, at, Math.round(isEventOn ? usual * (1 + lift) : usual));
}

/** Somebody brings something back. */
export function refund(random: Random, storeId: string, at: number): OutgoingMessage {
  return sale(random, storeId, at, -random.between(4, 40) * 1_000);
}

function sale(random: Random, storeId: string, at: number, amount: number): OutgoingMessage {
  return {
    topic: 'sales.recorded',
    key: storeId,
    value: { messageId: random.uuid(), occurredAt: iso(at), storeId, saleDate: dayOf(at), amount },
  };
}
