import type { Instant } from '../../domain/values';

const SECONDS = /^\d{1,10}$/;
/** The one form of a date that may be sent (RFC 9110, 5.6.7); the engine would read many a thing as a date. */
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * When a platform wants to be asked again, by its Retry-After (RFC 9110, 10.2.3).
 *
 * @param value seconds, or a date
 * @returns undefined when there is no value, when it is neither, or lies not ahead
 */
export function retryAtOf(value: string | null, now: Instant): Instant | undefined {
  const text = value?.trim() ?? '';
  const at = SECONDS.test(text)
    ? now + Number(text) * 1_000
    : IMF_FIXDATE.test(text)
      ? Date.parse(text)
      : NaN;
  return at > now ? (at as Instant) : undefined;
}
