import type { ChannelName, Count, EventId, Instant } from '../../domain/values';

/** What a platform is asked: how often an event has been seen over its channel so far. */
export interface ViewsQuestion {
  readonly eventId: EventId;
  readonly channel: ChannelName;
  readonly startAt: Instant;
  readonly endAt: Instant;
  /** What the platform calls the event, as its distribution says; null where that says nothing. */
  readonly externalId: string | null;
}

/** Why a platform has not answered as it should. */
export type FailureReason =
  | 'TIMEOUT'
  | 'UNREACHABLE'
  | 'CERTIFICATE'
  | 'REFUSED'
  /** The platform knows who asks by a key, and takes that no more, or not for this. */
  | 'KEY_REFUSED'
  | 'RATE_LIMITED'
  | 'SERVER_ERROR'
  | 'REDIRECT'
  | 'TOO_LARGE'
  | 'BAD_ANSWER';

/** The result of asking. */
export type ViewsAnswer =
  | { readonly kind: 'measured'; readonly views: Count; readonly measuredAt: Instant }
  /** The platform answers, and has no value for the event: no failure of the platform. */
  | { readonly kind: 'no_value' }
  /** Not asked, since the platform's own id of the event is not known. Says nothing about the platform. */
  | { readonly kind: 'not_configured' }
  /** Asked, and retried where that could help, without an answer. */
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly error: Error }
  /**
   * Not asked at all: the circuit is open, the platform said to come back later, or the queue was full;
   * also when it was stopped. Says nothing about the platform.
   */
  | { readonly kind: 'postponed'; readonly until: Instant };

/** Whether a platform works, as this process has seen it. */
export type PlatformHealth =
  | { readonly status: 'HEALTHY'; readonly since: Instant }
  | { readonly status: 'FAILING'; readonly since: Instant; readonly reason: FailureReason };

/** A platform that can be asked, with everything around it that keeps its failures from spreading. */
export interface Platform {
  readonly channel: ChannelName;
  /** About how many events one request can ask. */
  readonly questionsPerRequest: number;
  /** Never rejects, and always answers within a bounded time. */
  ask(question: ViewsQuestion): Promise<ViewsAnswer>;
  /** The same for many events, by as few requests as can be. @returns their answers, in their order */
  askTogether(questions: readonly ViewsQuestion[]): Promise<readonly ViewsAnswer[]>;
  readonly health: PlatformHealth;
  /** When the next quota of the day comes; undefined while there is something left of the present one. */
  readonly quotaUsedUpUntil: Instant | undefined;
  /** Called when the status changes, and only then. */
  onChange(listener: (health: PlatformHealth) => void): () => void;
  /** Aborts the questions under way. */
  stop(): void;
}

export interface FailureOptions {
  readonly cause?: unknown;
  /** When the platform wants to be asked again, if it said so. */
  readonly retryAt?: Instant | undefined;
  /** Whether it takes nothing more on this day. */
  readonly isQuotaUsedUp?: boolean;
  /** Whether one of the ids may be why a request was refused: then it is no failure of the platform. */
  readonly isMaybeOfOne?: boolean;
}

/** Why one try failed. Its message names statuses, fields and rules, never a value, an address or a credential. */
export class PlatformFailure extends Error {
  override readonly name = 'PlatformFailure';
  readonly retryAt: Instant | undefined;
  readonly isQuotaUsedUp: boolean;
  readonly isMaybeOfOne: boolean;

  constructor(
    readonly reason: FailureReason,
    message: string,
    { cause, retryAt, isQuotaUsedUp = false, isMaybeOfOne = false }: FailureOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.retryAt = retryAt;
    this.isQuotaUsedUp = isQuotaUsedUp;
    this.isMaybeOfOne = isMaybeOfOne;
  }
}

/** Whether a request was refused for an id in it, maybe, and not by a platform that fails. */
export const isMaybeOfOne = (error: unknown): error is PlatformFailure =>
  error instanceof PlatformFailure && error.isMaybeOfOne;
