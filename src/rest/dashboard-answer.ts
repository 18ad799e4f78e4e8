import type { Instant } from '../domain/values';
import { type DashboardBody, type KeptBody, missBytes } from './dashboard-body';
import type { StaleReason } from './stale-if-error';

/** What is sent for an event. */
export interface DashboardAnswer {
  readonly body: DashboardBody;
  /** What to send: the cached bytes, or the ones just assembled. */
  readonly bytes: Buffer;
  /** Names these bytes: no others have it. */
  readonly key: string;
  /** Whole seconds since just before its data was read. */
  readonly ageSeconds: number;
  /** Set when the answer is stale: there may be newer data. */
  readonly staleReason?: StaleReason;
}

export function keptAnswer({ body, assembledAt }: KeptBody, now: Instant): DashboardAnswer {
  return { body, bytes: body.hit, key: body.etag, ageSeconds: ageOf(assembledAt, now) };
}

export function madeAnswer({ body, assembledAt }: KeptBody, now: Instant): DashboardAnswer {
  return { body, bytes: missBytes(body), key: `${body.etag} MISS`, ageSeconds: ageOf(assembledAt, now) };
}

/** Never negative: the clock that stamped it may be ahead of this one. */
function ageOf(assembledAt: Instant, now: Instant): number {
  return Math.max(0, Math.floor((now - assembledAt) / 1_000));
}
