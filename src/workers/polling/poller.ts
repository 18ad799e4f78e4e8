import { randomUUID } from 'node:crypto';
import type { PollingMetrics } from '../../observability/metrics';
import type { ChangePublisher } from '../../messaging/changes/change-publisher';
import type { SourceBatch } from '../../messaging/source/source';
import type { Logger } from '../../observability/log';
import { configurePlatformStates } from '../../database/platform-states';
import { type BatchApplierOptions, createBatchApplier } from '../apply-batch';
import type { Projections } from '../projections/registry';
import { createChannelPoller, type PolledPlatform } from './channel-poller';
import { type AskedIds, underPresentIds } from './present-ids';

export interface PollerOptions extends BatchApplierOptions {
  readonly platforms: readonly PolledPlatform[];
  readonly changePublisher: ChangePublisher;
  readonly metrics: PollingMetrics;
  readonly log: Logger;
  /** How long a channel pauses when nothing of it is due, in milliseconds. */
  readonly tickMs?: number;
  /** How long questions under way may take when stopping, in milliseconds. */
  readonly drainTimeoutMs?: number;
}

/** Polls all platforms, from start to stop. */
export interface Poller {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @throws when it cannot poll; failures of a platform do not count, readers are shown these in another way */
  check(): void;
}

/**
 * Asks each platform about the events that are distributed over its channel, once per interval however many processes
 * do, and hands the answers to the projection of `channel.views-measured`. No reader ever waits for a platform.
 */
export function createPoller(options: PollerOptions): Poller {
  const { platforms, metrics, log, tickMs = 500, drainTimeoutMs = 2_000, ...applying } = options;
  const { database, changePublisher, clock } = applying;
  const common = {
    ...{ database, changePublisher, clock, log, metrics, tickMs, drainTimeoutMs },
    begin: (batch: SourceBatch, askedIds: AskedIds) =>
      createBatchApplier({ ...applying, projections: forAnswers(applying.projections, askedIds) })(batch),
    processId: randomUUID(),
  };
  const channels = platforms.map((polled) => createChannelPoller({ ...polled, ...common }));
  for (const { platform } of platforms)
    metrics.watchQuota(platform.channel, () => platform.quotaUsedUpUntil !== undefined);
  return {
    async start() {
      const names = platforms.map(({ platform }) => platform.channel);
      if (await configurePlatformStates(database, names, clock.now())) changePublisher.publishFullChange();
      for (const channel of channels) channel.start();
    },
    async stop() {
      await Promise.all(channels.map((channel) => channel.stop()));
    },
    check() {
      for (const channel of channels) channel.check();
    },
  };
}

function forAnswers(projections: Projections, askedIds: AskedIds): Projections {
  const views = underPresentIds(projections['channel.views-measured'], askedIds);
  return { ...projections, 'channel.views-measured': views };
}
