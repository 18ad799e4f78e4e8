import type { PlatformReport } from '../database/platform-states';
import { gapDetail, type RecordedGap } from '../messaging/source/log-gap';
import type { SingleFlightRead } from './single-flight-read';

/*
 * What `/readyz` of a gateway tells besides, where it can be read. None of it decides anything: another gateway would serve the
 * same figures.
 */

/** How the platforms do: stored views are served without them. */
export async function toldPlatforms(platforms: SingleFlightRead<readonly PlatformReport[]>): Promise<object> {
  const known = await platforms();
  return known === undefined ? {} : { platforms: known.map(toDetail) };
}

/** What Kafka deleted before it was read, where there is such: the figures lack what it held. */
export async function toldGaps(gaps: SingleFlightRead<readonly RecordedGap[]>): Promise<object> {
  const unread = (await gaps()) ?? [];
  return unread.length === 0 ? {} : { deletedUnread: unread.map(gapDetail) };
}

/** Instants as ISO 8601; null values are left out. */
function toDetail({ channel, status, since, reason, lastAnswerAt }: PlatformReport): object {
  return {
    channel,
    status,
    since: new Date(since).toISOString(),
    ...(reason !== null && { reason }),
    ...(lastAnswerAt !== null && { lastAnswerAt: new Date(lastAnswerAt).toISOString() }),
  };
}
