import { z } from 'zod';
import { column } from '../rows';
import type { StoredHeader } from './headers';

const bytes = z
  .instanceof(Uint8Array)
  .transform(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));

/** A dead letter as its row holds it. */
export const letterRow = z.object({
  id: z.bigint(),
  topic: z.string(),
  partition: z.number(),
  offset: z.bigint(),
  digest: z.string(),
  timestamp: z.bigint().nullable(),
  key: bytes.nullable(),
  value: bytes.nullable(),
  headers: z.array(z.tuple([z.string(), z.string().nullable()])) satisfies z.ZodType<readonly StoredHeader[]>,
  reason: z.string(),
  attempts: z.number(),
  /** Why the last attempt failed. */
  failure: z.string().nullable(),
  /** By the database's clock, when the row was read. */
  now: column.instant,
});

export type Letter = z.output<typeof letterRow>;

/** The columns of a letter, of a table that is called l. */
export const LETTER_COLUMNS = `l.id, l.topic, l.partition, l."offset", l.digest, l.record_timestamp AS "timestamp",
  l.key, l.value, l.headers, l.reason, l.attempts, l.failure, now() AS now`;
