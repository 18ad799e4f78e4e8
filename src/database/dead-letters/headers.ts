import type { SourceMessage } from '../../messaging/source/source';
import { storableText } from '../text';

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

/** Under a name like toString KafkaJS gathers what every object has by that name, too. */
function isHeaderValue(value: unknown): value is Buffer | string | null | undefined {
  return value == null || typeof value === 'string' || Buffer.isBuffer(value);
}

function toBase64(value: Buffer | string): string {
  return Buffer.from(value).toString('base64');
}
