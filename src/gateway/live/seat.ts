import type { Audience } from '../../auth/audience';
import { ANYBODY } from '../../auth/audience';
import { AppError } from '../../errors';
import type { LiveTarget } from '../../resolvers/live-source';
import type { Cohort, Subscriber } from './cohort';
import type { Opening } from './cohort-places';
import type { LiveEvent } from './live-event';

/** A subscriber's cohort, and how to make it if they are its first. */
export interface Seat {
  readonly key: string;
  readonly create: () => Cohort;
  readonly opening: Opening;
}

/** An event, and whether what changes about it is heard of already. */
export interface WatchedEvent {
  readonly event: LiveEvent;
  /** Resolves to whether the subscription stands; to false when that takes too long to wait for it. */
  readonly isHeard: Promise<boolean>;
}

/** Somebody who sits in a cohort. */
export interface Seated {
  /** Who they are has changed: they are looked at again, and moved to the cohort of what they read now. */
  recheck(): void;
  leave(): void;
}

export interface SeatOptions {
  readonly place: WatchedEvent;
  readonly target: LiveTarget;
  readonly seatFor: (audience: Audience) => Seat;
  readonly subscriber: Subscriber;
}

/**
 * Seats a subscriber in their cohort, and sees that they get their first value.
 *
 * @throws AppError TOO_MANY_REQUESTS when theirs would be one cohort too many
 */
export function takeSeat({ place, target, seatFor, subscriber }: SeatOptions): Seated {
  let taken = take(seatOf(target));
  let hasLeft = false;

  function seatOf({ field }: LiveTarget): Seat {
    // A count holds no average: it is the same for all.
    return seatFor(field === 'participantCount' ? ANYBODY : subscriber.audience());
  }

  function take(seat: Seat): Pick<Seat, 'key' | 'opening'> & { readonly cohort: Cohort } {
    const cohort = place.event.cohort(target.field, seat);
    cohort.add(subscriber);
    return { ...seat, cohort };
  }

  /** @returns whether they had it: who has been dismissed has not */
  function giveBack(): boolean {
    const hadIt = taken.cohort.delete(subscriber);
    place.event.removeIfEmpty(target.field, taken.key);
    return hadIt;
  }

  async function welcome(): Promise<void> {
    // Subscribed first and read after: whatever changes from here on is heard of.
    await place.isHeard;
    if (hasLeft) return;
    const { cohort, opening } = taken;
    if (cohort.last === undefined) return place.event.introduce(target.field, cohort, opening.subject);
    cohort.greet(subscriber);
    // Some figures move with the clock alone, and nobody is told of that: the value may be of yesterday.
    place.event.changed(target.field);
  }

  function move(seat: Seat): void {
    if (!giveBack()) return;
    try {
      taken = take(seat);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return subscriber.dismiss('too many cohorts');
    }
    void welcome();
  }

  void welcome();
  return {
    recheck() {
      const seat = seatOf(target);
      if (seat.key === taken.key) taken.cohort.recheck(subscriber);
      else move(seat);
    },
    leave() {
      if (hasLeft) return;
      hasLeft = true;
      giveBack();
    },
  };
}
