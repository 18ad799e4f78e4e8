import type { Count, Instant, Krw } from '../../domain/values';

/**
 * How values read that come in a JSON text of the database: by hand, since a schema takes seventy times as long for the
 * channels of fifty dashboards. The database holds only what passed the border; what is of another type is refused.
 */
export const read = {
  text(value: unknown): string {
    if (typeof value !== 'string') throw unexpected('a text', value);
    return value;
  },
  whole(value: unknown): number {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw unexpected('a whole number', value);
    return value;
  },
  count: (value: unknown): Count => read.whole(value) as Count,
  krw: (value: unknown): Krw => read.whole(value) as Krw,
  instant: (value: unknown): Instant => read.whole(value) as Instant,
  /** A whole number of any size, as text. */
  exact(value: unknown): bigint {
    return BigInt(read.text(value));
  },
  list(value: unknown): readonly unknown[] {
    if (!Array.isArray(value)) throw unexpected('a list', value);
    return value;
  },
  /** Nothing to aggregate is null. */
  listOf<Item>(value: unknown, item: (columns: readonly unknown[]) => Item): Item[] {
    return value === null ? [] : read.list(value).map((columns) => item(read.list(columns)));
  },
  orNull<Value>(value: unknown, present: (value: unknown) => Value): Value | null {
    return value === null ? null : present(value);
  },
  /** `key value,key value`, in order: much less to make and to read than lists of lists. */
  pairs<Pair>(value: unknown, pair: (key: string, value: string) => Pair): Pair[] {
    if (value === null) return [];
    return read
      .text(value)
      .split(',')
      .map((each) => {
        const blank = each.indexOf(' ');
        return pair(each.slice(0, blank), each.slice(blank + 1));
      });
  },
};

/** An instant of the database as `read.instant` takes it. */
export const milliseconds = (instant: string): string => `(extract(epoch FROM ${instant}) * 1000)::bigint`;

function unexpected(wanted: string, value: unknown): Error {
  return new Error(`The database was to tell ${wanted}, but told ${JSON.stringify(value)}.`);
}
