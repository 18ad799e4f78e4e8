import { localeOf, type Language } from './numbers';
import { TIME_ZONE } from './settings';

const FORMATS = {
  day: { month: 'long', day: 'numeric', weekday: 'short' },
  shortDay: { month: 'numeric', day: 'numeric' },
  hour: { month: 'numeric', day: 'numeric', hour: 'numeric', hourCycle: 'h23' },
  moment: { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** An instant by the clock of the business. @param instant RFC 3339 */
export function formatTime(instant: string, kind: keyof typeof FORMATS, language: Language): string {
  const options = { ...FORMATS[kind], timeZone: TIME_ZONE };
  return new Intl.DateTimeFormat(localeOf(language), options).format(new Date(instant));
}

/** `10월 20일 (월) ~ 10월 27일 (월)` */
export const formatSpan = (from: string, to: string, language: Language): string =>
  `${formatTime(from, 'day', language)} ~ ${formatTime(to, 'day', language)}`;

/** Whole days until an instant, at least 0. */
export const daysUntil = (instant: string, now = Date.now()): number =>
  Math.max(0, Math.ceil((Date.parse(instant) - now) / 86_400_000));
