import type { Instant } from '../domain/values';
import { type DashboardBody, type KeptBody, missBytes } from './dashboard-body';
import type { StaleReason } from './last-known';

/** What a reader of an event is sent. */
export interface DashboardAnswer {
  readonly body: DashboardBody;
  /** What to send: the cached bytes themselves, or the ones just made. */
  readonly bytes: Buffer;
  /** Whole seconds since just before its figures were read. */
  readonly ageSeconds: number;
  /** Set when it is one from before, and newer figures may be there. */
  readonly staleReason?: StaleReason;
}

export function keptAnswer({ body, assembledAt }: KeptBody, now: Instant): DashboardAnswer {
  return { body, bytes: body.hit, ageSeconds: ageOf(assembledAt, now) };
}

export function madeAnswer({ body, assembledAt }: KeptBody, now: Instant): DashboardAnswer {
  return { body, bytes: missBytes(body), ageSeconds: ageOf(assembledAt, now) };
}

/** Never negative: the clock that stamped it may be ahead of this one. */
function ageOf(assembledAt: Instant, now: Instant): number {
  return Math.max(0, Math.floor((now - assembledAt) / 1_000));
}
