import { randomUUID } from 'node:crypto';
import type { PlatformConfig } from '../../../src/config/platforms';
import type { ChannelName, EventId, Instant } from '../../../src/domain/values';
import type { ViewsQuestion } from '../../../src/workers/connectors/platform';
import type { FakePlatform } from './fake-platform';

/** The config of a channel with this fake platform: the json connector, practically without a rate limit. */
export function configFor(
  fake: Pick<FakePlatform, 'baseUrl'>,
  channel: string,
  differing: Partial<PlatformConfig> = {},
): PlatformConfig {
  return {
    channel: channel as ChannelName,
    baseUrl: fake.baseUrl(channel),
    parser: 'json',
    credentials: { type: 'none' },
    headers: {},
    path: undefined,
    ids: new Map(),
    intervalMs: 60_000,
    timeoutMs: 3_000,
    concurrency: 4,
    ratePerSecond: 1_000,
    quotaPerDay: undefined,
    ...differing,
  };
}

export function questionAbout(
  channel: string,
  eventId: string = randomUUID(),
  externalId: string | null = null,
): ViewsQuestion {
  return {
    channel: channel as ChannelName,
    eventId: eventId as EventId,
    startAt: Date.parse('2025-10-15T00:00:00+09:00') as Instant,
    endAt: Date.parse('2025-10-29T00:00:00+09:00') as Instant,
    externalId,
  };
}
