import type { Config } from '../config';
import { forgetAtOnce } from '../platform/cache/at-once';
import { type Changes, createChanges } from '../platform/changes/changes';
import type { Clock } from '../platform/clock';
import type { Database } from '../platform/database/database';
import { eventIdsOf, eventsMovedSince } from '../platform/statistics/events';
import type { Instant } from '../schema/values';
import type { Sharing } from './sharing';
import type { Surroundings } from './surroundings';

interface Parts extends Sharing {
  readonly database: Database;
  readonly clock: Clock;
}

/** How caches and subscribers hear of what a commit changed. */
export function openChanges(
  config: Config,
  { lifecycle, log }: Surroundings,
  { cache, notifications, database, clock }: Parts,
): Changes {
  const changes = createChanges({
    // What came in over HTTP is to be seen by the very next read; over Kafka a second is allowed.
    cache: config.kafka === undefined ? forgetAtOnce(cache) : cache,
    notifications,
    eventsOf: (stores) => eventIdsOf(database.background, stores),
    movedLately: () => eventsMovedSince(database.background, (clock.now() - oldestBodyMs(config)) as Instant),
    log,
  });
  return lifecycle.own('changes', changes);
}

/** What lies between a move's stamp and the last body that was made from before it: its transaction, and an assembly. */
const MOVE_MARGIN_MS = 600_000;

/** How long ago a body may have been made that a cache still has. */
function oldestBodyMs({ cacheTtlSeconds, staleIfErrorSeconds }: Config): number {
  return Math.max(cacheTtlSeconds, staleIfErrorSeconds) * 1_000 + MOVE_MARGIN_MS;
}
