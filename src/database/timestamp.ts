import type { Instant } from '../domain/values';

/** An instant as PostgreSQL reads it. */
export function timestamp(instant: Instant): string {
  return new Date(instant).toISOString();
}
