import type { LocalDay, MessageId, StoreId } from '../../domain/values';
import type { StoredDay } from '../../database/sales';
import { createIdentities, correctionId } from './identity';
import type { NumberedLine } from './sale-line';

/** A day as a file states it: won, and the ids of its sales. */
export interface StatedDay {
  readonly day: LocalDay;
  amount: bigint;
  readonly ids: MessageId[];
}

/** What sets a day right after the sales of the file are stored, in won. */
export interface DayCorrection {
  readonly day: LocalDay;
  readonly messageId: MessageId;
  /** What is stored now. */
  readonly was: bigint;
  /** What the file states. */
  readonly is: bigint;
  /** 0 where the sales of the file alone make the day right. */
  readonly correction: bigint;
}

/** Where there is no database yet. It needs no correction, so that nothing is told apart by the digest. */
const NOTHING = { amount: 0n, othersAmount: 0n, othersDigest: '' };

/** The days of a file, in their order. */
export async function statedDays(
  lines: AsyncIterable<NumberedLine>,
  storeId: StoreId,
): Promise<readonly StatedDay[]> {
  const idOf = createIdentities(storeId);
  const days = new Map<LocalDay, StatedDay>();
  for await (const { line } of lines) {
    if (line.kind !== 'sale' && line.kind !== 'cancelled') continue;
    const stated = days.get(line.day) ?? { day: line.day, amount: 0n, ids: [] };
    days.set(line.day, stated);
    // A day whose sales were all cancelled has made nothing.
    if (line.kind === 'cancelled') continue;
    stated.amount += BigInt(line.amount);
    stated.ids.push(idOf(line));
  }
  return [...days.values()].sort((one, other) => (one.day < other.day ? -1 : 1));
}

/** All that has to be stored before the days are what the file states. */
export function messagesOf(
  stated: readonly StatedDay[],
  corrections: readonly DayCorrection[],
): readonly MessageId[] {
  return [
    ...stated.flatMap(({ ids }) => ids),
    ...corrections.flatMap(({ correction, messageId }) => (correction === 0n ? [] : [messageId])),
  ];
}

/**
 * What balances all that is stored of each day beside the sales of the file. It does not depend on how many of those are stored
 * already, so an import that was broken off is completed by the same corrections.
 */
export function correctionsOf(
  storeId: StoreId,
  stated: readonly StatedDay[],
  stored: readonly StoredDay[],
): readonly DayCorrection[] {
  const byDay = new Map(stored.map((each) => [each.day, each]));
  return stated.map(({ day, amount }) => {
    const { amount: was, othersAmount, othersDigest } = byDay.get(day) ?? NOTHING;
    const messageId = correctionId(storeId, day, othersDigest);
    return { day, messageId, was, is: amount, correction: -othersAmount };
  });
}
