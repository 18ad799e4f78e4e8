import type { Audience } from '../../auth/audience';
import { ANYBODY } from '../../auth/audience';
import type { Instant } from '../../domain/values';
import { AppError } from '../../errors';
import { currentCause } from '../../observability/traces/current-span';
import { LIVE_FIELDS, type LiveTarget, type PerField } from '../../resolvers/live-source';
import { type Cohort, isOlder, type LiveValue, type Subscriber } from './cohort';
import type { CohortSpec, LiveEvent } from './event';

/** An event with subscribers, and whether its changes are received yet. */
export interface WatchedEvent {
  readonly event: LiveEvent;
  /** Resolves once what changes a field's values is subscribed to; or after a timeout. */
  readonly isSubscribed: PerField<Promise<unknown>>;
}

/** A subscriber's place in a cohort. */
export interface Membership {
  /** To be called when the viewer has changed: authorises again, and moves the subscriber if their audience differs. */
  reauthorise(): void;
  leave(): void;
}

export interface MembershipOptions {
  readonly watched: WatchedEvent;
  readonly target: LiveTarget;
  readonly specFor: (audience: Audience) => CohortSpec;
  readonly subscriber: Subscriber;
}

/**
 * Adds a subscriber to their cohort and has the first value sent.
 *
 * @throws AppError TOO_MANY_REQUESTS when their cohort would be one too many
 */
export function joinCohort({ watched, target, specFor, subscriber }: MembershipOptions): Membership {
  let joined = join(specOf(target));
  let hasLeft = false;

  function specOf({ field }: LiveTarget): CohortSpec {
    return specFor(LIVE_FIELDS[field].isSameForAll ? ANYBODY : subscriber.audience());
  }

  function join(spec: CohortSpec): Pick<CohortSpec, 'key' | 'newCohort'> & { readonly cohort: Cohort } {
    const cohort = watched.event.cohort(target.field, spec);
    cohort.add(subscriber);
    return { ...spec, cohort };
  }

  /** @returns whether the subscriber was still a member: a revoked one is not */
  function quit(): boolean {
    const wasMember = joined.cohort.delete(subscriber);
    watched.event.removeIfEmpty(target.field, joined.key);
    return wasMember;
  }

  async function sendFirstValue(): Promise<void> {
    // Subscribe first, read second: otherwise a change between the two would be missed.
    await watched.isSubscribed[target.field];
    if (hasLeft) return;
    const { cohort, newCohort } = joined;
    if (cohort.last === undefined) return watched.event.executeFirst(target.field, cohort, newCohort.subject);
    cohort.sendLast(subscriber);
    // Some fields move with the clock alone, without a change being published: the last value may be of yesterday.
    watched.event.changed(target.field, currentCause());
  }

  function move(spec: CohortSpec): void {
    if (!quit()) return;
    try {
      joined = join(spec);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return subscriber.revoke('too many cohorts');
    }
    void sendFirstValue();
  }

  void sendFirstValue();
  return {
    reauthorise() {
      const spec = specOf(target);
      if (spec.key === joined.key) joined.cohort.reauthorise(subscriber);
      else move(spec);
    },
    leave() {
      if (hasLeft) return;
      hasLeft = true;
      quit();
    },
  };
}

/** What a subscriber has seen before subscribing: nothing, or a version. */
export interface Seen {
  readonly version: number | null;
  /** When they subscribed. */
  readonly readAt: Instant;
}

/** Skips values that the subscriber has seen before subscribing, and sends none twice. */
export function onlyNewer({ version, readAt }: Seen, subscriber: Subscriber): Subscriber {
  let sent: LiveValue | undefined;
  return {
    mayRead: (storeId) => subscriber.mayRead(storeId),
    audience: () => subscriber.audience(),
    revoke: (why) => subscriber.revoke(why),
    send(value) {
      const isSeen = version !== null && (value.version === version || isOlder(value, { version, readAt }));
      // A new subscriber may be sent the same value twice: by a tick, and as their first value.
      if (isSeen || value.json === sent?.json) return;
      // After a move, the new cohort may be behind the former one.
      if (sent !== undefined && isOlder(value, sent)) return;
      sent = value;
      subscriber.send(value);
    },
  };
}
