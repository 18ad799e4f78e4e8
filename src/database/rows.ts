import { z } from 'zod';
import type {
  ChannelName,
  Count,
  DistributionStatus,
  EventId,
  Industry,
  Instant,
  Krw,
  LocalDay,
  StoreId,
} from '../domain/values';

/**
 * How the columns of our own tables read. The database holds only what passed the border, so these name values rather
 * than judge them; a column of another type than expected is still refused.
 */
export const column = {
  eventId: z.string().transform((id) => id as EventId),
  storeId: z.string().transform((id) => id as StoreId),
  channel: z.string().transform((name) => name as ChannelName),
  industry: z.string().transform((name) => name as Industry),
  status: z.enum(['SUCCESS', 'FAILED', 'PENDING']) satisfies z.ZodType<DistributionStatus>,
  instant: z.date().transform((date) => date.getTime() as Instant),
  /** Selected as text. */
  day: z.string().transform((day) => day as LocalDay),
  count: z.bigint().transform((count) => Number(count) as Count),
  krw: z.bigint().transform((amount) => Number(amount) as Krw),
};
