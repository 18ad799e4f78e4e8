import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Audience } from '../../auth/audience';
import type { LiveLimits } from '../../config/limits';
import { AppError } from '../../errors';
import type { Logger } from '../../observability/log';
import type { Tracer } from '../../observability/traces/tracer';
import type { Notifications } from '../../messaging/notifications/notifications';
import type { OperationContext } from '../../resolvers/context';
import { LIVE_FIELDS, LiveSource, type LiveTarget, perField } from '../../resolvers/live-source';
import type { EventId, Instant } from '../../domain/values';
import { settlesWithin } from '../../runtime/timeout';
import type { LoopScheduler } from '../operations/loop-scheduler';
import { createCohort, type Subscriber } from './cohort';
import { createEventQuota, createTokenQuota } from './quotas';
import { type CohortSpec, createLiveEvent } from './event';
import { type EventChanges, watchChanges } from './event-changes';
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
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly log: Logger;
}

interface Watched extends WatchedEvent {
  readonly changes: EventChanges;
}

/** While Redis is unavailable, a first value waits no longer than this for the subscription to changes. */
const SUBSCRIBE_TIMEOUT_MS = 1_000;

/**
 * The events that have subscribers in this process. However many sockets there are, an event has one subscription to its
 * changes and one to those of its store, and a change one execution per cohort.
 */
export function createLiveHub(options: LiveHubOptions): LiveHub {
  const { notifications, contextFor, formatResult, limits, refusals, scheduler, tracer, log } = options;
  const watchedEvents = new Map<EventId, Watched>();
  const ticks = perField(() => createTickScheduler(contextFor, log, tracer));
  const tokenQuota = createTokenQuota(refusals);
  let subscribers = 0;
  const stopGaps = notifications.onGap(() => {
    for (const { event } of watchedEvents.values()) event.changed();
  });

  function watch({ eventId, storeId }: LiveTarget): Watched {
    const known = watchedEvents.get(eventId);
    if (known !== undefined) return known;
    const quotas = perField(() => createEventQuota({ limits, tokenQuota, refusals }));
    const event = createLiveEvent({
      ...{ eventId, ticks, quotas, log },
      onRead: (store) => changes.belongsTo(store),
    });
    const changes = watchChanges({
      ...{ notifications, eventId, storeId, log },
      // Only a tick that is traced takes what it is due to.
      onChange: (cause) => event.changed(undefined, tracer && cause),
      onStoreChange: (cause) => event.storeChanged(tracer && cause),
    });
    const ofEvent = inTime(changes.ofEvent, () => event.changed());
    const ofStore = inTime(changes.ofStore, () => event.storeChanged());
    const isSubscribed = perField((field) =>
      LIVE_FIELDS[field].dependsOnStore ? Promise.all([ofEvent, ofStore]) : ofEvent,
    );
    const watched = { event, changes, isSubscribed };
    watchedEvents.set(eventId, watched);
    return watched;
  }

  function unwatchIfEmpty({ event, changes }: Watched): void {
    if (!event.isEmpty() || watchedEvents.get(event.eventId)?.event !== event) return;
    watchedEvents.delete(event.eventId);
    event.stop();
    changes.stop();
  }

  function join(
    target: LiveTarget,
    specFor: (audience: Audience) => CohortSpec,
    subscriber: Subscriber,
    subscribedAt: Instant,
  ): ActiveSubscription | Refusal {
    const watched = watch(target);
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
          createCohort({ schema, document, operationName, variableValues }, audience, {
            nextIteration: () => scheduler.nextIteration(subject),
            tracer,
          }),
        newCohort: { subject, cost, document, bytes: shared.text.length },
      });
      return join(source.target, specFor, subscriber, now);
    },
    get size() {
      return { events: watchedEvents.size, subscribers };
    },
    stop() {
      stopGaps();
      for (const { event, changes } of watchedEvents.values()) {
        event.stop();
        changes.stop();
      }
      watchedEvents.clear();
    },
  };
}

/**
 * Resolves once the subscription is active, or after a timeout. First values are read then: after a timeout they are read before
 * changes are received, and once they are, what changed in between is read again.
 */
async function inTime(subscription: Promise<unknown>, readAgain: () => void): Promise<void> {
  const wasInTime = await settlesWithin(SUBSCRIBE_TIMEOUT_MS, subscription);
  if (!wasInTime) subscription.then(readAgain, () => undefined);
}

function once(run: () => void): () => void {
  let hasRun = false;
  return () => {
    if (!hasRun) run();
    hasRun = true;
  };
}
