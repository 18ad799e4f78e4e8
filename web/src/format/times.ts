import { daysUntil, lastMomentBefore } from './days';
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

/** The first day and the last: `10월 20일 (월) ~ 10월 27일 (월)` */
export const formatSpan = (from: string, end: string, language: Language): string =>
  `${formatTime(from, 'day', language)} ~ ${formatTime(lastMomentBefore(end), 'day', language)}`;

/** How many days of the business it is to the first day of what begins at an instant; 0 on that day. */
export const daysUntilStart = (start: string): number => daysUntil(start, Date.now(), TIME_ZONE);

/** How many days of the business it is to the last day of what ends at an instant; 0 on that day. */
export const daysUntilLast = (end: string): number => daysUntil(lastMomentBefore(end), Date.now(), TIME_ZONE);
