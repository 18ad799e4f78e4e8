import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import type { Logger } from '../../platform/log';
import type { Notifications } from '../../platform/notifications/notifications';
import type { OperationContext } from '../../resolvers/context';
import { type LiveField, LiveSource, type LiveTarget } from '../../resolvers/live-source';
import type { EventId, Instant } from '../../schema/values';
import { type Cohort, createCohort, type Subscriber, isOlder } from './cohort';
import { createLiveEvent, type LiveEvent } from './live-event';
import { cohortKey, type ReadDocument } from './live-operation';
import { createRounds, type Rounds } from './rounds';
import { settlesWithin } from '../../platform/settles-within';

/** Why somebody cannot subscribe, as the answer to their operation. */
export interface Refusal {
  readonly kind: 'refused';
  readonly result: ExecutionResult;
}

export interface Joined {
  readonly kind: 'joined';
  /** Who they are has changed: whether they may read the event is looked at again ahead of the next value. */
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
    key: string,
    create: () => Cohort,
    subscriber: Subscriber,
    joinedAt: Instant,
  ): Joined {
    const place = watch(target.eventId);
    const cohort = place.event.cohort(target.field, key, create);
    const newer = onlyNewer({ version: target.afterVersion, readAt: joinedAt }, subscriber);
    cohort.add(newer);
    subscribers += 1;
    let hasLeft = false;

    async function welcome(): Promise<void> {
      // Subscribed first and read after: whatever changes from here on is heard of.
      await place.isHeard;
      if (hasLeft) return;
      if (cohort.last === undefined) return place.event.introduce(target.field, cohort);
      cohort.greet(newer);
      // Some figures move with the clock alone, and nobody is told of that: the value may be of yesterday.
      place.event.changed(target.field);
    }

    void welcome();
    return {
      kind: 'joined',
      recheck: () => cohort.recheck(newer),
      leave() {
        if (hasLeft) return;
        hasLeft = true;
        cohort.delete(newer);
        subscribers -= 1;
        place.event.removeIfEmpty(target.field, key);
        unwatchIfEmpty(place);
      },
    };
  }

  return {
    async join(operation, args, subscriber) {
      const source = await sourceOf(args);
      if (!(source instanceof LiveSource)) return { kind: 'refused', result: formatResult(source) };
      const { schema, document, operationName, variableValues } = args;
      const create = (): Cohort => createCohort({ schema, document, operationName, variableValues });
      const { now } = args.contextValue as OperationContext;
      return enter(source.target, cohortKey(operation, args), create, subscriber, now);
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

/** What a subscriber has seen before joining: nothing, or a version. */
interface Seen {
  readonly version: number | null;
  /** When they joined. */
  readonly readAt: Instant;
}

/** Keeps the first value back from somebody who has seen it, or a later one, already; and none is sent twice. */
function onlyNewer({ version, readAt }: Seen, subscriber: Subscriber): Subscriber {
  let sent: Buffer | undefined;
  return {
    mayRead: (storeId) => subscriber.mayRead(storeId),
    dismiss: () => subscriber.dismiss(),
    send(value) {
      const isSeen = version !== null && (value.version === version || isOlder(value, { version, readAt }));
      // The one who has just come may be sent the present value by a round and by the introduction.
      if (isSeen || value.json === sent) return;
      sent = value.json;
      subscriber.send(value);
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
