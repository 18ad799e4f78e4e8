import type { Config } from '../config';
import { forgetAtOnce } from '../cache/cache';
import { type ChangePublisher, createChangePublisher } from '../messaging/changes/change-publisher';
import {
  createChangeCauses,
  publisherWithCauses,
  tracedNotifications,
} from '../messaging/changes/traced-changes';
import type { Tracer } from '../observability/traces/tracer';
import type { Clock } from '../runtime/clock';
import type { Database } from '../database/database';
import { eventIdsOf, eventsMovedSince } from '../database/events';
import type { Instant } from '../domain/values';
import { openSharedServices, type SharedServices } from './shared-services';
import type { Runtime } from './runtime';

export interface OpenedChanges extends SharedServices {
  readonly changes: ChangePublisher;
}

export interface ChangesDependencies {
  readonly database: Database;
  readonly clock: Clock;
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined;
}

/** Opens caches and notifications, and the change publisher that tells them which events were changed by a commit. */
export async function openChanges(
  config: Config,
  runtime: Runtime,
  { database, clock, tracer }: ChangesDependencies,
): Promise<OpenedChanges> {
  const { lifecycle, log } = runtime;
  const sharedServices = await openSharedServices(config, runtime);
  const { cache, onOtherServer } = sharedServices;
  const causes = tracer && createChangeCauses();
  const notifications = causes
    ? tracedNotifications(sharedServices.notifications, causes, tracer)
    : sharedServices.notifications;
  const publisher = createChangePublisher({
    // The next read must see a message sent over HTTP; for Kafka a second is allowed.
    ...(config.kafka === undefined
      ? { cache: forgetAtOnce(cache), eventsOf: (stores) => eventIdsOf(database.background, stores) }
      : { cache }),
    notifications,
    storesEveryMs: config.kafka === undefined ? 0 : STORES_EVERY_MS,
    movedLately: () => eventsMovedSince(database.background, (clock.now() - oldestBodyMs(config)) as Instant),
    log,
  });
  const changes = causes ? publisherWithCauses(publisher, causes) : publisher;
  lifecycle.own('changes', changes);
  if (config.roles.has('worker')) onOtherServer(() => changes.publishFullChange());
  return { ...sharedServices, notifications, changes };
}

/**
 * Readers must see a commit within a second. A store whose events are registered for all the time would have all of them assembled
 * anew for each batch.
 */
const STORES_EVERY_MS = 500;

/** The longest time between a move's stamp and the end of an assembly that read older data: a transaction and an assembly. */
const MOVE_MARGIN_MS = 600_000;

/** The greatest age of a body that a cache still has. */
function oldestBodyMs({ cacheTtlSeconds, staleIfErrorSeconds }: Config): number {
  return Math.max(cacheTtlSeconds, staleIfErrorSeconds) * 1_000 + MOVE_MARGIN_MS;
}
