import { type BusinessCalendar, createBusinessCalendar } from '../../domain/calendar';
import { addDays } from '../../domain/days';
import type { Instant, LocalDay } from '../../domain/values';
import type { Clock } from '../../runtime/clock';

/** How many requests a platform takes in a day. Counts those of this process. */
export interface DailyQuota {
  /** When requests may be sent again; undefined while they may be sent. */
  usedUpUntil(): Instant | undefined;
  /** A request is sent. */
  take(): void;
  /** The platform says that it is used up, by this process or another. */
  end(): void;
}

export interface DailyQuotaOptions {
  readonly clock: Clock;
  /** Undefined: as many as the platform takes. */
  readonly perDay: number | undefined;
  /** The zone whose midnight gives a new quota. */
  readonly zone: string;
}

export function createDailyQuota({ clock, perDay = Infinity, zone }: DailyQuotaOptions): DailyQuota {
  let calendar: BusinessCalendar | undefined;
  let day: LocalDay | undefined;
  let sent = 0;

  /** Looked up when it is first needed: a platform without a quota needs none. */
  function today(): { readonly now: LocalDay; readonly calendar: BusinessCalendar } {
    calendar ??= createBusinessCalendar(zone);
    return { now: calendar.dayOf(clock.now()), calendar };
  }

  function count(requests: number): void {
    const { now } = today();
    if (now !== day) sent = 0;
    day = now;
    sent += requests;
  }

  return {
    usedUpUntil() {
      if (day === undefined || sent < Math.min(perDay, Number.MAX_VALUE)) return undefined;
      const { now, calendar: known } = today();
      return now === day ? known.startOf(addDays(day, 1)) : undefined;
    },
    take() {
      if (perDay !== Infinity) count(1);
    },
    end: () => count(Infinity),
  };
}
