import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Audience } from '../../auth/audience';
import type { LiveLimits } from '../../config/limits';
import { AppError } from '../../errors';
import type { Logger } from '../../observability/log';
import type { Notifications } from '../../messaging/notifications/notifications';
import type { OperationContext } from '../../resolvers/context';
import { LiveSource, type LiveTarget, perField } from '../../resolvers/live-source';
import type { EventId, Instant } from '../../domain/values';
import { settlesWithin } from '../../runtime/timeout';
import type { LoopScheduler } from '../operations/loop-scheduler';
import { createCohort, type Subscriber } from './cohort';
import { createEventQuota, createTokenQuota } from './quotas';
import { type CohortSpec, createLiveEvent } from './event';
import { type Refusals, toGraphQLError } from './limits';
import { cohortKey, sharedDocument, shortKey, sourceOf } from './operation';
import { joinCohort, type Membership, onlyNewer, type WatchedEvent } from './membership';
import { createTickScheduler } from './tick-scheduler';

/** A subscription that is refused, with the result that tells why. */
export interface Refusal {
  readonly kind: 'refused';
  readonly result: ExecutionResult;
}

export interface ActiveSubscription {
  readonly kind: 'active';
  /** To be called when the viewer has changed: authorises before the next value, and values fit the new audience. */
  reauthorise(): void;
  leave(): void;
}

export interface LiveHub {
  /**
   * Adds a subscriber. Resolves before their first value, so that they can leave or be re-authorised while waiting for it.
   *
   * @param cost of one tick, in the units of an operation's cost
   */
  subscribe(args: ExecutionArgs, subscriber: Subscriber, cost: number): Promise<ActiveSubscription | Refusal>;
  /** Both are zero once all subscribers have left. */
  readonly size: { readonly events: number; readonly subscribers: number };
  stop(): void;
}

export interface LiveHubOptions {
  readonly notifications: Notifications;
  /** Creates the context of one tick. */
  readonly contextFor: () => OperationContext;
  /** Replaces the errors of a result by those that a client may see. */
  readonly formatResult: (result: ExecutionResult) => ExecutionResult;
  readonly limits: LiveLimits;
  readonly refusals: Refusals;
  readonly scheduler: LoopScheduler;
  readonly log: Logger;
}

interface Watched extends WatchedEvent {
  /** Ends the subscription to the event's changes. */
  readonly unsubscribe: Promise<() => void>;
}

/** While Redis is unavailable, a first value waits no longer than this for the subscription to changes. */
const SUBSCRIBE_TIMEOUT_MS = 1_000;

/**
 * The events that have subscribers in this process. However many sockets there are, an event has one subscription to its
 * changes, and a change one execution per cohort.
 */
export function createLiveHub(options: LiveHubOptions): LiveHub {
  const { notifications, contextFor, formatResult, limits, refusals, scheduler, log } = options;
  const watchedEvents = new Map<EventId, Watched>();
  const ticks = perField(() => createTickScheduler(contextFor, log));
  const tokenQuota = createTokenQuota(refusals);
  let subscribers = 0;
  const stopGaps = notifications.onGap(() => {
    for (const { event } of watchedEvents.values()) event.changed();
  });

  function watch(eventId: EventId): Watched {
    const known = watchedEvents.get(eventId);
    if (known !== undefined) return known;
    const quotas = perField(() => createEventQuota({ limits, tokenQuota, refusals }));
    const event = createLiveEvent({ eventId, ticks, quotas, log });
    const unsubscribe = notifications.subscribe(eventId, () => event.changed());
    const isSubscribed = settlesWithin(SUBSCRIBE_TIMEOUT_MS, unsubscribe);
    Promise.all([isSubscribed, unsubscribe]).then(
      // After the timeout, first values were read before changes were received: read again for those in between.
      ([wasInTime]) => {
        if (!wasInTime) event.changed();
      },
      (error: unknown) => log.warn({ err: error, eventId }, 'an event cannot be watched'),
    );
    const watched = { event, unsubscribe, isSubscribed };
    watchedEvents.set(eventId, watched);
    return watched;
  }

  function unwatchIfEmpty({ event, unsubscribe }: Watched): void {
    if (!event.isEmpty() || watchedEvents.get(event.eventId)?.event !== event) return;
    watchedEvents.delete(event.eventId);
    event.stop();
    unsubscribe.then(
      (end) => end(),
      () => undefined,
    );
  }

  function join(
    target: LiveTarget,
    specFor: (audience: Audience) => CohortSpec,
    subscriber: Subscriber,
    subscribedAt: Instant,
  ): ActiveSubscription | Refusal {
    const watched = watch(target.eventId);
    const newer = onlyNewer({ version: target.afterVersion, readAt: subscribedAt }, subscriber);
    try {
      const membership = joinCohort({ watched, target, specFor, subscriber: newer });
      subscribers += 1;
      const leaveOnce = once(() => leave(watched, membership));
      return { kind: 'active', reauthorise: () => membership.reauthorise(), leave: leaveOnce };
    } catch (error) {
      unwatchIfEmpty(watched);
      if (!(error instanceof AppError)) throw error;
      return { kind: 'refused', result: { errors: [toGraphQLError(error)] } };
    }
  }

  function leave(watched: Watched, membership: Membership): void {
    membership.leave();
    subscribers -= 1;
    unwatchIfEmpty(watched);
  }

  return {
    async subscribe(args, subscriber, cost) {
      const source = await sourceOf(args);
      if (!(source instanceof LiveSource)) return { kind: 'refused', result: formatResult(source) };
      const { schema, document, operationName, variableValues } = args;
      const { now, viewer } = args.contextValue as OperationContext;
      const { subject } = viewer;
      const shared = sharedDocument(document);
      const specFor = (audience: Audience): CohortSpec => ({
        key: shortKey(cohortKey(shared, args, audience)),
        create: () =>
          createCohort({ schema, document, operationName, variableValues }, audience, () =>
            scheduler.nextIteration(subject),
          ),
        newCohort: { subject, cost, document, bytes: shared.text.length },
      });
      return join(source.target, specFor, subscriber, now);
    },
    get size() {
      return { events: watchedEvents.size, subscribers };
    },
    stop() {
      stopGaps();
      for (const { event, unsubscribe } of watchedEvents.values()) {
        event.stop();
        unsubscribe.then(
          (end) => end(),
          () => undefined,
        );
      }
      watchedEvents.clear();
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
