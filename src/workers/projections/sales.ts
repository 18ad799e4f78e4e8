import { recordSales } from '../../database/sales';
import { absentSales, salesRollups } from '../../database/verification/sales';
import type { SalesRecorded } from '../messages/sales-recorded';
import { firstOfEach, type StoreProjection } from './projection';
import { createTrace, type Verifiable } from './verifiable';

/** Adds each sale once to its store's day, by its messageId over all sales; the first applied wins. */
export const salesProjection: StoreProjection<SalesRecorded> & Verifiable<SalesRecorded> = {
  locks: 'stores',
  storeOf: ({ storeId }) => storeId,
  async apply(sql, messages, committedAt) {
    const positions = firstOfEach(messages, ({ messageId }) => messageId);
    const sales = positions.map((position) => messages[position]!);
    const fresh = await recordSales(sql, sales, committedAt);
    const changed = new Set(fresh.map((place) => positions[place]));
    return { changed: messages.map((_, position) => changed.has(position)) };
  },
  trace: createTrace({
    leftBy: (message) => [message],
    findAbsent: absentSales,
    describe: ({ messageId, storeId }) => `no row of sale ${messageId} of store ${storeId}`,
  }),
  rollups: salesRollups,
};
