import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import { ANYBODY, type Audience } from '../../auth/audience';
import type { Logger } from '../../platform/log';
import type { Notifications } from '../../platform/notifications/notifications';
import type { OperationContext } from '../../resolvers/context';
import { type LiveField, LiveSource, type LiveTarget } from '../../resolvers/live-source';
import type { EventId, Instant } from '../../schema/values';
import { type Cohort, createCohort, type Subscriber } from './cohort';
import { createLiveEvent, type LiveEvent } from './live-event';
import { cohortKey, type ReadDocument } from './live-operation';
import { onlyNewer } from './only-newer';
import { createRounds, type Rounds } from './rounds';
import { settlesWithin } from '../../platform/settles-within';

/** Why somebody cannot subscribe, as the answer to their operation. */
export interface Refusal {
  readonly kind: 'refused';
  readonly result: ExecutionResult;
}

export interface Joined {
  readonly kind: 'joined';
  /**
   * Who they are has changed: whether they may read the event is looked at again ahead of the next value, and values
   * are made for their eyes from now on.
   */
  recheck(): void;
  leave(): void;
}

export interface LiveHub {
  /**
   * Makes somebody a subscriber. Resolves as soon as they are one, so that they can leave, or be looked at again, while
   * they still wait for their first value.
   */
  join(operation: ReadDocument, args: ExecutionArgs, subscriber: Subscriber): Promise<Joined | Refusal>;
  /** How much is being watched; zero everywhere once everybody has left. */
  readonly size: { readonly events: number; readonly subscribers: number };
  stop(): void;
}

export interface LiveHubOptions {
  readonly notifications: Notifications;
  /** A context to make values of a field on, as many as are due. */
  readonly contextFor: (field: LiveField) => OperationContext;
  /** What a client is told of the errors of a result. */
  readonly formatResult: (result: ExecutionResult) => ExecutionResult;
  readonly log: Logger;
}

interface Watched {
  readonly event: LiveEvent;
  /** Ends the subscription to the event's notifications. */
  readonly unsubscribe: Promise<() => void>;
  /** Whether the subscription stands; false when that takes too long to wait for it. */
  readonly isHeard: Promise<boolean>;
}

/** A subscriber's cohort, and how to make it if they are its first. */
interface Seat {
  readonly key: string;
  readonly create: () => Cohort;
}

/** While Redis is away nobody is kept waiting for their first value any longer than this. */
const HEARD_WITHIN_MS = 1_000;

/**
 * Who watches what in this process. One notification subscription per event, one execution per cohort and change,
 * however many sockets there are.
 */
export function createLiveHub({ notifications, contextFor, formatResult, log }: LiveHubOptions): LiveHub {
  const watched = new Map<EventId, Watched>();
  const roundsOf = (field: LiveField): Rounds<OperationContext> => createRounds(() => contextFor(field), log);
  const rounds = {
    participantCount: roundsOf('participantCount'),
    dashboardUpdated: roundsOf('dashboardUpdated'),
  };
  let subscribers = 0;
  const endGaps = notifications.onGap(() => {
    for (const { event } of watched.values()) event.changed();
  });

  function watch(eventId: EventId): Watched {
    const known = watched.get(eventId);
    if (known !== undefined) return known;
    const event = createLiveEvent({ eventId, rounds, log });
    const unsubscribe = notifications.subscribe(eventId, () => event.changed());
    const isHeard = settlesWithin(HEARD_WITHIN_MS, unsubscribe);
    Promise.all([isHeard, unsubscribe]).then(
      // Values were read before anything could be heard: what changed in between is found by reading once more.
      ([wasInTime]) => {
        if (!wasInTime) event.changed();
      },
      (error: unknown) => log.warn({ err: error, eventId }, 'an event cannot be watched'),
    );
    const made = { event, unsubscribe, isHeard };
    watched.set(eventId, made);
    return made;
  }

  function unwatchIfEmpty({ event, unsubscribe }: Watched): void {
    if (!event.isEmpty() || watched.get(event.eventId)?.event !== event) return;
    watched.delete(event.eventId);
    event.stop();
    unsubscribe.then(
      (end) => end(),
      () => undefined,
    );
  }

  function enter(
    target: LiveTarget,
    seatFor: (audience: Audience) => Seat,
    subscriber: Subscriber,
    joinedAt: Instant,
  ): Joined {
    const place = watch(target.eventId);
    const newer = onlyNewer({ version: target.afterVersion, readAt: joinedAt }, subscriber);
    let taken = take(seatOf(target));
    subscribers += 1;
    let hasLeft = false;

    function seatOf({ field }: LiveTarget): Seat {
      // A count holds no average: it is the same for all.
      return seatFor(field === 'participantCount' ? ANYBODY : newer.audience());
    }

    function take({ key, create }: Seat): { readonly key: string; readonly cohort: Cohort } {
      const cohort = place.event.cohort(target.field, key, create);
      cohort.add(newer);
      return { key, cohort };
    }

    /** @returns whether they had it: who has been dismissed has not */
    function giveBack(): boolean {
      const hadIt = taken.cohort.delete(newer);
      place.event.removeIfEmpty(target.field, taken.key);
      return hadIt;
    }

    async function welcome(): Promise<void> {
      // Subscribed first and read after: whatever changes from here on is heard of.
      await place.isHeard;
      if (hasLeft) return;
      const { cohort } = taken;
      if (cohort.last === undefined) return place.event.introduce(target.field, cohort);
      cohort.greet(newer);
      // Some figures move with the clock alone, and nobody is told of that: the value may be of yesterday.
      place.event.changed(target.field);
    }

    void welcome();
    return {
      kind: 'joined',
      recheck() {
        const seat = seatOf(target);
        if (seat.key === taken.key) return taken.cohort.recheck(newer);
        if (!giveBack()) return;
        taken = take(seat);
        void welcome();
      },
      leave() {
        if (hasLeft) return;
        hasLeft = true;
        giveBack();
        subscribers -= 1;
        unwatchIfEmpty(place);
      },
    };
  }

  return {
    async join(operation, args, subscriber) {
      const source = await sourceOf(args);
      if (!(source instanceof LiveSource)) return { kind: 'refused', result: formatResult(source) };
      const { schema, document, operationName, variableValues } = args;
      const seatFor = (audience: Audience): Seat => ({
        key: cohortKey(operation, args, audience),
        create: () => createCohort({ schema, document, operationName, variableValues }, audience),
      });
      const { now } = args.contextValue as OperationContext;
      return enter(source.target, seatFor, subscriber, now);
    },
    get size() {
      return { events: watched.size, subscribers };
    },
    stop() {
      endGaps();
      for (const { event, unsubscribe } of watched.values()) {
        event.stop();
        unsubscribe.then(
          (end) => end(),
          () => undefined,
        );
      }
      watched.clear();
    },
  };
}

async function sourceOf(args: ExecutionArgs): Promise<LiveSource | ExecutionResult> {
  try {
    const source = await createSourceEventStream(args);
    if (source instanceof LiveSource || 'errors' in source || 'data' in source) return source;
  } catch (error) {
    // graphql-js throws over an operation whose only field is skipped by a directive.
    if (error instanceof TypeError) return { errors: [new GraphQLError('The operation selects nothing.')] };
    throw error;
  } finally {
    // Before anything else is read: an embedded database has one connection, and this operation holds it.
    await (args.contextValue as OperationContext).close();
  }
  throw new Error('A subscription resolved to something that cannot be watched.');
}
