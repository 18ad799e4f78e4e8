import type { Config } from '../config';
import { forgetAtOnce } from '../cache/at-once';
import { type ChangePublisher, createChangePublisher } from '../messaging/changes/change-publisher';
import type { Clock } from '../runtime/clock';
import type { Database } from '../database/database';
import { eventIdsOf, eventsMovedSince } from '../database/events';
import type { Instant } from '../domain/values';
import { openSharing, type Sharing } from './sharing';
import type { Surroundings } from './surroundings';

export interface OpenedChanges extends Sharing {
  readonly changes: ChangePublisher;
}

/** What hears of commits, caches and subscribers, and what tells them. */
export async function openChanges(
  config: Config,
  surroundings: Surroundings,
  database: Database,
  clock: Clock,
): Promise<OpenedChanges> {
  const { lifecycle, log } = surroundings;
  const sharing = await openSharing(config, surroundings);
  const { cache, notifications } = sharing;
  const changes = createChangePublisher({
    // What came in over HTTP is to be seen by the very next read; over Kafka a second is allowed.
    cache: config.kafka === undefined ? forgetAtOnce(cache) : cache,
    notifications,
    eventsOf: (stores) => eventIdsOf(database.background, stores),
    storesEveryMs: config.kafka === undefined ? 0 : STORES_EVERY_MS,
    movedLately: () => eventsMovedSince(database.background, (clock.now() - oldestBodyMs(config)) as Instant),
    log,
  });
  lifecycle.own('changes', changes);
  return { ...sharing, changes };
}

/**
 * A reader is shown within a second what was committed. Where all 2,000 events of a store were told of with every batch,
 * a registration took a worker three times the processor time.
 */
const STORES_EVERY_MS = 500;

/** What lies between a move's stamp and the last body that was made from before it: its transaction, and an assembly. */
const MOVE_MARGIN_MS = 600_000;

/** How long ago a body may have been made that a cache still has. */
function oldestBodyMs({ cacheTtlSeconds, staleIfErrorSeconds }: Config): number {
  return Math.max(cacheTtlSeconds, staleIfErrorSeconds) * 1_000 + MOVE_MARGIN_MS;
}
