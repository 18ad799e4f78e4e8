import type { TolerantCache } from '../platform/cache/tolerant';
import type { Clock } from '../platform/clock';
import type { EventId, Instant } from '../schema/values';
import { type DashboardBody, decodeBody, encodeBody, missBytes } from './dashboard-body';

export interface AssembledDashboard {
  readonly body: DashboardBody;
  /** From when on the clock alone would make other figures. */
  readonly validUntil: Instant;
}

export interface DashboardBodiesOptions {
  readonly cache: TolerantCache;
  readonly clock: Clock;
  readonly ttlMs: number;
  /** @throws AppError EVENT_NOT_FOUND, and whatever else keeps it from being assembled; none of it is cached */
  readonly assemble: (eventId: EventId) => Promise<AssembledDashboard>;
}

export interface DashboardAnswer {
  readonly body: DashboardBody;
  /** What to send: the cached bytes themselves, or the ones just made. */
  readonly bytes: Buffer;
}

interface Flight {
  readonly version: string | undefined;
  readonly answer: Promise<DashboardAnswer>;
}

/**
 * Cache-aside. A hit is bytes in, bytes out. A miss assembles once, however many ask for the event at the same time,
 * and leaves the result for the others.
 */
export function createDashboardBodies(options: DashboardBodiesOptions) {
  const { cache, clock, ttlMs, assemble } = options;
  const flights = new Map<EventId, Flight>();

  async function kept(eventId: EventId): Promise<DashboardAnswer | undefined> {
    const bytes = await cache.read(eventId);
    if (bytes === undefined) return undefined;
    const body = decodeBody(bytes);
    return { body, bytes: body.hit };
  }

  async function assembleAndKeep(eventId: EventId, version: string | undefined): Promise<DashboardAnswer> {
    const { body, validUntil } = await assemble(eventId);
    if (version !== undefined) {
      await cache.store(eventId, version, encodeBody(body), Math.min(ttlMs, validUntil - clock.now()));
    }
    return { body, bytes: missBytes(body) };
  }

  /** Looks once more: another assembly may have landed between this reader's look and its asking for the version. */
  async function fly(eventId: EventId, version: string | undefined): Promise<DashboardAnswer> {
    return (await kept(eventId)) ?? assembleAndKeep(eventId, version);
  }

  /** Joins an assembly under way, but only one that began after the last change: an older one holds older figures. */
  function join(eventId: EventId, version: string | undefined): Promise<DashboardAnswer> {
    const current = flights.get(eventId);
    if (current !== undefined && current.version === version) return current.answer;
    const flight: Flight = { version, answer: fly(eventId, version) };
    flights.set(eventId, flight);
    const land = (): void => {
      if (flights.get(eventId) === flight) flights.delete(eventId);
    };
    flight.answer.then(land, land);
    return flight.answer;
  }

  return {
    async read(eventId: EventId): Promise<DashboardAnswer> {
      return (await kept(eventId)) ?? join(eventId, await cache.version(eventId));
    },
  };
}

export type DashboardBodies = ReturnType<typeof createDashboardBodies>;
