import { z } from 'zod';
import { day, messageId, observedAt, signedKrw, storeId } from './fields';

/** `sales.recorded` of a POS: money a store took on a day, or gave back when negative. */
export const salesRecorded = z
  .object({ messageId, occurredAt: observedAt, storeId, saleDate: day, amount: signedKrw })
  .transform((fields) => ({ kind: 'sales.recorded' as const, ...fields }));

export type SalesRecorded = Readonly<z.output<typeof salesRecorded>>;
