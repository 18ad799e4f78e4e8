import { setTimeout as pause } from 'node:timers/promises';
import { type Found, type Turn, TURN_MS } from '../platform/cache/cache';
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
  /** Whole seconds since just before its figures were read. */
  readonly ageSeconds: number;
}

/** One search for an event's answer on behalf of all who ask meanwhile. */
interface Flight {
  /** Once its data is being read: the id of the turn in which it is, or none where there is no cache. */
  reading: { readonly turn: string | undefined } | undefined;
  readonly answer: Promise<DashboardAnswer>;
}

/** The pause between two looks for what another process is making. */
const LOOK_EVERY_MS = 10;
/** Whoever held the turn is dead or too slow by then, and others were quicker to take it. */
const WAIT_AT_MOST_MS = 2 * TURN_MS;

/**
 * Cache-aside. A hit is bytes in, bytes out. A miss takes the event's turn, assembles once for all who ask meanwhile
 * and leaves the result for the others; while another process has the turn, its result is waited for. So an answer
 * shows every change announced more than TURN_MS before it was asked for, and an event is assembled once in TURN_MS,
 * however many processes there are.
 */
export function createDashboardBodies(options: DashboardBodiesOptions) {
  const { cache, clock, ttlMs, assemble } = options;
  const flights = new Map<EventId, Flight>();

  /** Never negative: the clock that stamped it may be ahead of this one. */
  const ageOf = (assembledAt: Instant): number =>
    Math.max(0, Math.floor((clock.now() - assembledAt) / 1_000));

  function cached(kept: Buffer): DashboardAnswer {
    const { body, assembledAt } = decodeBody(kept);
    return { body, bytes: body.hit, ageSeconds: ageOf(assembledAt) };
  }

  async function assembleIn(eventId: EventId, turn: Turn): Promise<DashboardAnswer> {
    try {
      const assembledAt = clock.now();
      const { body, validUntil } = await assemble(eventId);
      const keepMs = Math.min(ttlMs, validUntil - clock.now());
      await cache.store(eventId, turn, encodeBody(body, assembledAt), keepMs);
      return { body, bytes: missBytes(body), ageSeconds: ageOf(assembledAt) };
    } catch (error) {
      // Others need not wait for what will not come.
      await cache.abandon(eventId, turn);
      throw error;
    }
  }

  async function assembleUnkept(eventId: EventId): Promise<DashboardAnswer> {
    const assembledAt = clock.now();
    const { body } = await assemble(eventId);
    return { body, bytes: missBytes(body), ageSeconds: ageOf(assembledAt) };
  }

  async function fly(eventId: EventId, onReading: (turn?: Turn) => void): Promise<DashboardAnswer> {
    const deadline = performance.now() + WAIT_AT_MOST_MS;
    while (performance.now() < deadline) {
      const turn = await cache.begin(eventId);
      if (turn === 'away') break;
      if (turn !== 'taken') {
        onReading(turn);
        return assembleIn(eventId, turn);
      }
      await pause(LOOK_EVERY_MS);
      const { bytes } = await cache.read(eventId);
      if (bytes !== undefined) return cached(bytes);
    }
    onReading();
    return assembleUnkept(eventId);
  }

  /**
   * Joins a flight that has yet to read its data, or reads it in the turn that this reader found running: that began
   * less than TURN_MS ago. Any other may miss changes that the reader is owed.
   */
  function join(eventId: EventId, found: Found): Promise<DashboardAnswer> {
    const current = flights.get(eventId);
    if (current !== undefined && (!current.reading || current.reading.turn === found.turn))
      return current.answer;
    return takeOff(eventId);
  }

  function takeOff(eventId: EventId): Promise<DashboardAnswer> {
    const flight: Flight = {
      reading: undefined,
      answer: fly(eventId, (turn) => void (flight.reading = { turn: turn?.id })),
    };
    flights.set(eventId, flight);
    const land = (): void => {
      if (flights.get(eventId) === flight) flights.delete(eventId);
    };
    flight.answer.then(land, land);
    return flight.answer;
  }

  return {
    async read(eventId: EventId): Promise<DashboardAnswer> {
      const found = await cache.read(eventId);
      return found.bytes === undefined ? join(eventId, found) : cached(found.bytes);
    },
  };
}

export type DashboardBodies = ReturnType<typeof createDashboardBodies>;
