import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Audience } from '../../auth/audience';
import type { LiveLimits } from '../../config/limits';
import { AppError } from '../../errors';
import type { Logger } from '../../observability/log';
import type { Notifications } from '../../messaging/notifications/notifications';
import type { OperationContext } from '../../resolvers/context';
import { LiveSource, type LiveTarget } from '../../resolvers/live-source';
import type { EventId, Instant } from '../../domain/values';
import { settlesWithin } from '../../runtime/settles-within';
import type { LoopScheduler } from '../operations/loop-scheduler';
import { createCohort, type Subscriber } from './cohort';
import { type CohortPlaces, createCohortPlaces } from './cohort-places';
import { createLiveEvent } from './live-event';
import { cohortKey, sharedDocument } from './live-operation';
import { onlyNewer } from './only-newer';
import { type Refusals, toGraphQLError } from './refusals';
import { createRounds } from './rounds';
import { type Seat, type Seated, takeSeat, type WatchedEvent } from './seat';
import { shortKey } from './short-key';
import { sourceOf } from './source-of';
import { createTokenPlaces } from './token-places';

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
   *
   * @param cost of one tick, in the units of an operation's cost
   */
  join(args: ExecutionArgs, subscriber: Subscriber, cost: number): Promise<Joined | Refusal>;
  /** How much is being watched; zero everywhere once everybody has left. */
  readonly size: { readonly events: number; readonly subscribers: number };
  stop(): void;
}

export interface LiveHubOptions {
  readonly notifications: Notifications;
  /** A context to make values of a field on, as many as are due. */
  readonly contextFor: () => OperationContext;
  /** What a client is told of the errors of a result. */
  readonly formatResult: (result: ExecutionResult) => ExecutionResult;
  readonly limits: LiveLimits;
  readonly refusals: Refusals;
  readonly scheduler: LoopScheduler;
  readonly log: Logger;
}

interface Watched extends WatchedEvent {
  /** Ends the subscription to the event's notifications. */
  readonly unsubscribe: Promise<() => void>;
}

/** While Redis is away nobody is kept waiting for their first value any longer than this. */
const HEARD_WITHIN_MS = 1_000;

/**
 * Who watches what in this process. One notification subscription per event, one execution per cohort and change,
 * however many sockets there are.
 */
export function createLiveHub(options: LiveHubOptions): LiveHub {
  const { notifications, contextFor, formatResult, limits, refusals, scheduler, log } = options;
  const watched = new Map<EventId, Watched>();
  const rounds = {
    participantCount: createRounds(contextFor, log),
    dashboardUpdated: createRounds(contextFor, log),
  };
  const tokens = createTokenPlaces(refusals);
  let subscribers = 0;
  const endGaps = notifications.onGap(() => {
    for (const { event } of watched.values()) event.changed();
  });

  function watch(eventId: EventId): Watched {
    const known = watched.get(eventId);
    if (known !== undefined) return known;
    const placesOf = (): CohortPlaces => createCohortPlaces({ limits, tokens, refusals });
    const places = { participantCount: placesOf(), dashboardUpdated: placesOf() };
    const event = createLiveEvent({ eventId, rounds, places, log });
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
  ): Joined | Refusal {
    const place = watch(target.eventId);
    const newer = onlyNewer({ version: target.afterVersion, readAt: joinedAt }, subscriber);
    try {
      const seated = takeSeat({ place, target, seatFor, subscriber: newer });
      subscribers += 1;
      const leave = once(() => letGo(place, seated));
      return { kind: 'joined', recheck: () => seated.recheck(), leave };
    } catch (error) {
      unwatchIfEmpty(place);
      if (!(error instanceof AppError)) throw error;
      return { kind: 'refused', result: { errors: [toGraphQLError(error)] } };
    }
  }

  function letGo(place: Watched, seated: Seated): void {
    seated.leave();
    subscribers -= 1;
    unwatchIfEmpty(place);
  }

  return {
    async join(args, subscriber, cost) {
      const source = await sourceOf(args);
      if (!(source instanceof LiveSource)) return { kind: 'refused', result: formatResult(source) };
      const { schema, document, operationName, variableValues } = args;
      const { now, viewer } = args.contextValue as OperationContext;
      const { subject } = viewer;
      const shared = sharedDocument(document);
      const seatFor = (audience: Audience): Seat => ({
        key: shortKey(cohortKey(shared, args, audience)),
        create: () =>
          createCohort({ schema, document, operationName, variableValues }, audience, () =>
            scheduler.nextIteration(subject),
          ),
        opening: { subject, cost, document, bytes: shared.text.length },
      });
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

function once(run: () => void): () => void {
  let hasRun = false;
  return () => {
    if (!hasRun) run();
    hasRun = true;
  };
}
