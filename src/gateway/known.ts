import { settlesWithin } from '../runtime/settles-within';

/** What is told of the service; undefined when that cannot be learnt at the moment. Never rejects, and answers in time. */
export type Known<T> = () => Promise<T | undefined>;

/** Whoever asks how the service does must not be kept waiting by a database that is away. */
const WITHIN_MS = 1_000;

/** Who ask at the same time, as the metrics of one page do, share one reading. */
export function createKnown<T>(read: () => Promise<T>): Known<T> {
  let current: Promise<T | undefined> | undefined;

  async function readInTime(): Promise<T | undefined> {
    const reading = read().catch(() => undefined);
    return (await settlesWithin(WITHIN_MS, reading)) ? reading : undefined;
  }

  return () => {
    current ??= readInTime().finally(() => (current = undefined));
    return current;
  };
}
