import { z } from 'zod';
import { column } from '../rows';
import type { SourceMessage } from '../../messaging/source/source';
import { storableText } from '../parameters';

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
  /** Whether it came for what is sealed. */
  sealed: z.boolean(),
  attempts: z.number(),
  /** Why the last attempt failed. */
  failure: z.string().nullable(),
  /** Whether its content was taken out, since it held somebody who was erased. */
  isErased: z.boolean(),
  /** By the database's clock, when the row was read. */
  now: column.instant,
});

export type Letter = z.output<typeof letterRow>;

/** The columns of a letter, of a table that is called l. */
export const LETTER_COLUMNS = `l.id, l.topic, l.partition, l."offset", l.digest, l.record_timestamp AS "timestamp",
  l.key, l.value, l.headers, l.reason, l.sealed, l.attempts, l.failure, l.erased_at IS NOT NULL AS "isErased", now() AS now`;

/** Name, and value in base64; null for a header without a value. A name may stand more than once. */
export type StoredHeader = readonly [name: string, value: string | null];

/** KafkaJS gathers values under their names: their order within a name is kept, that between names is lost to it. */
export function storedHeaders(headers: SourceMessage['headers'] = {}): StoredHeader[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values])
      .filter(isHeaderValue)
      .map((value): StoredHeader => [storableText(name), value == null ? null : toBase64(value)]),
  );
}

/** The headers as KafkaJS had them: values gathered under their names. */
export function sentHeaders(headers: readonly StoredHeader[]): Readonly<Record<string, unknown>> {
  const byName = new Map<string, (Buffer | null)[]>();
  for (const [name, value] of headers)
    byName.set(name, [...(byName.get(name) ?? []), value === null ? null : Buffer.from(value, 'base64')]);
  return Object.fromEntries(byName);
}

/** Under a name like toString KafkaJS gathers what every object has by that name, too. */
function isHeaderValue(value: unknown): value is Buffer | string | null | undefined {
  return value == null || typeof value === 'string' || Buffer.isBuffer(value);
}

function toBase64(value: Buffer | string): string {
  return Buffer.from(value).toString('base64');
}
