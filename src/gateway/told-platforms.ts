import type { PlatformReport } from '../database/platform-states';
import type { SingleFlightRead } from './single-flight-read';

/** What `/readyz` tells of the platforms, where it can be read. It decides nothing: stored views are served without them. */
export async function toldPlatforms(platforms: SingleFlightRead<readonly PlatformReport[]>): Promise<object> {
  const known = await platforms();
  return known === undefined ? {} : { platforms: known.map(toDetail) };
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
