import { findUnapplied, type LogEnd, readLogEnds } from '../../database/applied-log';
import type { Sql } from '../../database/database';
import type { Instant } from '../../domain/values';
import type { Clock } from '../../runtime/clock';

/** Whether what was sent has been applied: what is not would come too late for an event that is sealed now. */
export interface AppliedLog {
  /** Notes where the logs end: from the next look on, they have to be applied as far as that. */
  look(sql: Pick<Sql, 'query'>): Promise<void>;
  /** @throws LogNotApplied naming a partition, and what is known of it */
  require(sql: Pick<Sql, 'query'>): Promise<void>;
}

/** It is not known that everything is applied that was sent some minutes ago. It is asked again at the next look. */
export class LogNotApplied extends Error {
  override readonly name = 'LogNotApplied';
}

/** Looks are ten minutes apart: an end that was seen long before says nothing of what was sent since, as where the database was away. */
const SEEN_WITHIN_MS = 20 * 60_000;
/** Owners tell of their partitions every few seconds. */
const TOLD_WITHIN_MS = 60_000;

/** @param topics as the broker knows them; none where messages come from no log: then nothing can be ahead of the database */
export function createAppliedLog(topics: readonly string[], clock: Clock): AppliedLog {
  const toldAfter = (): Instant => (clock.now() - TOLD_WITHIN_MS) as Instant;
  let before: readonly LogEnd[] = [];
  let last: readonly LogEnd[] = [];
  let lookedAt = -Infinity;
  return {
    async look(sql) {
      const ends = topics.length === 0 ? [] : await readLogEnds(sql, topics, toldAfter());
      const now = clock.now();
      before = now - lookedAt <= SEEN_WITHIN_MS ? last : [];
      [last, lookedAt] = [ends, now];
    },
    async require(sql) {
      if (topics.length === 0) return;
      const unapplied = await findUnapplied(sql, { topics, toldAfter: toldAfter(), ends: before });
      if (unapplied !== undefined)
        throw new LogNotApplied(`Nothing is sealed: ${unapplied.name}: ${unapplied.why}.`);
    },
  };
}
