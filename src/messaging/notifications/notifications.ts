import { z } from 'zod';
import type { EventId, StoreId } from '../../domain/values';
import type { Traceparent } from '../../observability/traces/span';

/** What may change: an event's own statistics, or those of any event of a store. */
export type Subject = { readonly event: EventId } | { readonly store: StoreId };

/** That a subject has changed, and where the work that changed it is traced: undefined where it is not. */
export type Notice = Subject & { readonly cause?: Traceparent | undefined };

/** @param cause of the notification; undefined for one whose work is not traced, and from releases that did not tell */
export type ChangeListener = (cause?: Traceparent) => void;

/** Notifies subscribers, in whatever process, that statistics have changed. It carries no statistics. */
export interface Notifications {
  /** Rejects when subscribers cannot be notified right now. */
  publish(changed: readonly Notice[]): Promise<void>;
  /** Notifies every subscriber that anything may have changed: a gap. */
  publishGap(): Promise<void>;
  /**
   * Calls back after each notification about the subject. Resolves once nothing that is published from now on can be missed.
   *
   * @returns ends it; nothing is called back any more
   */
  subscribe(subject: Subject, onChange: ChangeListener): Promise<() => void>;
  /** Calls back when notifications may have been missed: whatever is shown has to be read again. */
  onGap(listener: () => void): () => void;
  /**
   * Whether notifications about the subject, which is subscribed to, come in, as far as is known: false from when their connection
   * ends until the gap is reported.
   */
  isHearing(subject: Subject): boolean;
  close(): Promise<void>;
}

/**
 * The channel of a subject. Events keep the name that they have always had, so that releases side by side hear each other.
 *
 * @param tag how an id stands in a name
 */
export function channelOf(subject: Subject, tag: (id: string) => string = (id) => id): string {
  return 'event' in subject ? `changed:${tag(subject.event)}` : `store-changed:${tag(subject.store)}`;
}

/**
 * Calls back after each notification about any of the subjects. Resolves once none can be missed; where one cannot be subscribed to,
 * none is.
 */
export async function subscribeToAll(
  notifications: Pick<Notifications, 'subscribe'>,
  subjects: readonly Subject[],
  onChange: () => void,
): Promise<() => void> {
  const begun = await Promise.allSettled(
    subjects.map((subject) => notifications.subscribe(subject, onChange)),
  );
  const unsubscribe = (): void => {
    for (const one of begun) if (one.status === 'fulfilled') one.value();
  };
  for (const one of begun) {
    if (one.status === 'fulfilled') continue;
    unsubscribe();
    throw one.reason;
  }
  return unsubscribe;
}

const payload = z.object({ traceparent: z.string() });

/** What a notification carries between processes. Releases that know nothing of it carry null, and look at nothing. */
export const payloadOf = ({ cause }: Notice): z.infer<typeof payload> | null =>
  cause === undefined ? null : { traceparent: cause };

/** @param received what may be of any release */
export const causeIn = (received: unknown): Traceparent | undefined =>
  received === null ? undefined : payload.safeParse(received).data?.traceparent;
