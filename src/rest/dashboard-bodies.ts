import { setTimeout as pause } from 'node:timers/promises';
import { toAppError } from '../errors';
import { type Found, type Turn, TURN_MS } from '../cache/cache';
import type { TolerantCache } from '../cache/tolerant';
import type { Clock } from '../runtime/clock';
import { createFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';
import type { EventId, Instant, StoreId } from '../domain/values';
import type { AssembleDashboard } from './assemble-dashboard';
import { type DashboardAnswer, keptAnswer, madeAnswer } from './dashboard-answer';
import { type DashboardBody, decodeBody, encodeBody } from './dashboard-body';
import { beforeDeadline } from './deadline';
import { createLastKnown } from './last-known';

export interface AssembledDashboard {
  readonly body: DashboardBody;
  /** From when on the clock alone would make other figures. */
  readonly validUntil: Instant;
}

export interface DashboardBodiesOptions {
  readonly cache: TolerantCache;
  readonly clock: Clock;
  readonly ttlMs: number;
  /** How old the last known answer may be that is given while the database cannot be asked; 0 when none is to be. */
  readonly staleMs: number;
  /** @throws AppError EVENT_NOT_FOUND, and whatever else keeps it from being assembled; none of it is cached */
  readonly assemble: AssembleDashboard;
  readonly log: Logger;
}

/** What was found when somebody asked, and when they are to be answered at the latest. */
export interface Sought {
  readonly eventId: EventId;
  readonly found: Found;
  /** An instant of `performance.now()`. */
  readonly deadline: number;
}

/** One search for an event's answer on behalf of all who ask meanwhile. */
interface Flight {
  /** Whose the event was when the search began. */
  readonly owner: StoreId;
  /** Once its data is being read: the id of the turn in which it is, or none where there is no cache. */
  reading: { readonly turn: string | undefined } | undefined;
  readonly answer: Promise<DashboardAnswer>;
}

/** The pause between two looks for what another process is making. */
const LOOK_EVERY_MS = 10;
/** Whoever held the turn is dead or too slow by then, and others were quicker to take it. */
const WAIT_AT_MOST_MS = 2 * TURN_MS;
/** From the question to the answer, but for a last look into the cache: nobody is to wait longer than three seconds. */
const ANSWER_WITHIN_MS = 2_400;

/**
 * Cache-aside. A hit is bytes in, bytes out. A miss takes the event's turn, assembles once for all who ask meanwhile
 * and leaves the result for the others; while another process has the turn, its result is waited for. So an answer
 * shows every change announced more than TURN_MS before it was asked for, and an event is assembled once in TURN_MS,
 * however many processes there are. While the database cannot be asked, the last known answer is given instead.
 */
export function createDashboardBodies(options: DashboardBodiesOptions) {
  const { cache, clock, ttlMs, staleMs, assemble, log } = options;
  const lastKnown = createLastKnown({ cache, clock, staleMs });
  const outage = createFaultLog(log, {
    begins: 'no answers can be made without the database; those from before are given',
    ends: 'answers are made again',
  });
  const flights = new Map<EventId, Flight>();

  async function assembleIn(eventId: EventId, owner: StoreId, turn: Turn): Promise<DashboardAnswer> {
    try {
      const assembledAt = clock.now();
      const { body, validUntil } = await assemble(eventId, { holder: owner });
      const keepMs = Math.min(ttlMs, validUntil - clock.now());
      const made = { body, assembledAt };
      await cache.store(eventId, turn, { bytes: encodeBody(made), owner: body.storeId }, keepMs);
      return madeAnswer(made, clock.now());
    } catch (error) {
      // Others need not wait for what will not come.
      await cache.abandon(eventId, turn);
      throw error;
    }
  }

  async function assembleUnkept(eventId: EventId, owner: StoreId): Promise<DashboardAnswer> {
    const assembledAt = clock.now();
    const { body } = await assemble(eventId, { holder: owner });
    return madeAnswer({ body, assembledAt }, clock.now());
  }

  async function fly(
    eventId: EventId,
    owner: StoreId,
    onReading: (turn?: Turn) => void,
  ): Promise<DashboardAnswer> {
    const deadline = performance.now() + WAIT_AT_MOST_MS;
    while (performance.now() < deadline) {
      const turn = await cache.begin(eventId);
      if (turn === 'away') break;
      if (turn !== 'taken') {
        onReading(turn);
        return assembleIn(eventId, owner, turn);
      }
      await pause(LOOK_EVERY_MS);
      const { bytes } = await cache.read(eventId);
      if (bytes !== undefined) return keptAnswer(decodeBody(bytes), clock.now());
    }
    onReading();
    return assembleUnkept(eventId, owner);
  }

  /**
   * The last known answer, when there is no newer one or not even its owner can be learnt.
   *
   * @throws the failure, where nothing is known, or something else has failed
   */
  async function standIn(eventId: EventId, failure: unknown): Promise<DashboardAnswer> {
    if (toAppError(failure).code === 'DATABASE_UNAVAILABLE') outage.failed(failure);
    const known = await lastKnown.insteadOf(failure, eventId);
    return { ...keptAnswer(known, clock.now()), staleReason: 'DATABASE_UNAVAILABLE' };
  }

  /** One who takes longer than anybody may wait is given up, and leaves what it makes for those who ask later. */
  async function arrive(
    eventId: EventId,
    deadline: number,
    flying: Promise<DashboardAnswer>,
  ): Promise<DashboardAnswer> {
    try {
      const answer = await beforeDeadline(deadline, flying);
      outage.worked();
      return answer;
    } catch (failure) {
      return standIn(eventId, failure);
    }
  }

  /**
   * A flight that has yet to read its data, or reads it in the turn that this reader found running: that began less than
   * TURN_MS ago. Any other may miss changes that the reader is owed.
   */
  function flightFor({ eventId, found }: Sought): Flight | undefined {
    const current = flights.get(eventId);
    return !current?.reading || current.reading.turn === found.turn ? current : undefined;
  }

  function takeOff({ eventId, deadline }: Sought, owner: StoreId): Promise<DashboardAnswer> {
    const flying = fly(eventId, owner, (turn) => void (flight.reading = { turn: turn?.id }));
    const flight: Flight = { owner, reading: undefined, answer: arrive(eventId, deadline, flying) };
    flights.set(eventId, flight);
    const land = (): void => {
      if (flights.get(eventId) === flight) flights.delete(eventId);
    };
    flight.answer.then(land, land);
    return flight.answer;
  }

  return {
    /** Looks for the event's answer, the same way whatever there is of it. */
    async seek(eventId: EventId): Promise<Sought> {
      const deadline = performance.now() + ANSWER_WITHIN_MS;
      return { eventId, found: await cache.read(eventId), deadline };
    },
    /**
     * Whose the event was a moment ago, if its answer is being made, for this reader or another: enough to let somebody
     * pass, not to refuse them.
     */
    ownerInFlight: (eventId: EventId): StoreId | undefined => flights.get(eventId)?.owner,
    /**
     * The answer that was found, or else one that is made for all who ask.
     *
     * @param owner whose the event is; to be called for those only who may read it
     */
    async take(sought: Sought, owner: StoreId): Promise<DashboardAnswer> {
      const { bytes } = sought.found;
      if (bytes !== undefined) return keptAnswer(decodeBody(bytes), clock.now());
      return flightFor(sought)?.answer ?? takeOff(sought, owner);
    },
    standIn,
  };
}

export type DashboardBodies = ReturnType<typeof createDashboardBodies>;
