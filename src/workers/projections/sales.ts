import { recordSales } from '../../database/sales';
import { readSealedDays } from '../../database/sealed-days';
import { absentSales, salesRollups } from '../../database/verification/sales';
import type { LocalDay } from '../../domain/values';
import { rejectedAsSealed } from '../messages/rejection';
import type { SalesRecorded } from '../messages/sales-recorded';
import { firstOfEach, type StoreProjection } from './projection';
import { createTrace, sinceOfEach, type Verifiable } from './verifiable';

/** Adds each sale once to its store's day, by its messageId over all sales; the first applied wins. */
export const salesProjection: StoreProjection<SalesRecorded> & Verifiable<SalesRecorded> = {
  locks: 'stores',
  storeOf: ({ storeId }) => storeId,
  refuse: (sale, sealed) =>
    isSealed(sale, sealed.get(sale.storeId))
      ? rejectedAsSealed(sealedReason(sealed.get(sale.storeId)!))
      : undefined,
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
    async findSealed(sql, left) {
      const sealed = await readSealedDays(sql, [...new Set(left.map(({ storeId }) => storeId))]);
      return sinceOfEach(left, (sale) => {
        const days = sealed.get(sale.storeId);
        return isSealed(sale, days?.before) ? days?.sealedAt : undefined;
      });
    },
  }),
  rollups: salesRollups,
};

const isSealed = ({ saleDate }: SalesRecorded, sealedBefore: LocalDay | undefined): boolean =>
  saleDate < (sealedBefore ?? '');

/** Also of one that was added already: without its row it is like a new one. */
const sealedReason = (before: LocalDay): string =>
  `saleDate: the store's days before ${before} are sealed: whether this sale was counted cannot be told any more`;
