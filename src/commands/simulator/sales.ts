import type { OutgoingMessage } from '../../messaging/sink/sink';
import type { Campaign } from './campaign';
import { dayOf, iso } from './moments';
import type { Random } from './random';

/** How much a running event raises the sales of a shop's day. */
const LEAST_LIFT = 0.08;
const MOST_LIFT = 0.22;

/** The message with a shop's sales of one day, which its POS closes at this moment. */
export function salesOfDay(
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

/** The message of a refund. */
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
