import type { Router } from 'express';
import type { PartReadiness } from '../lifecycle';
import type { PlatformReport } from '../database/platform-states';
import type { SingleFlightRead } from './single-flight-read';
import { createStrictRouter } from './express-app';

export interface ReadinessReport {
  readonly ready: boolean;
  readonly parts: readonly PartReadiness[];
}

/**
 * `GET /readyz`, readiness for a load balancer: 200 when every part that the service needs is ready, else 503. The state of the
 * platforms is reported and decides nothing: stored views are served without them.
 */
export function readyz(
  readiness: () => Promise<ReadinessReport>,
  platforms: SingleFlightRead<readonly PlatformReport[]>,
): Router {
  const router = createStrictRouter();
  router.get('/readyz', async (_request, response) => {
    const [report, known] = await Promise.all([readiness(), platforms()]);
    response
      .status(report.ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ ...report, ...(known && { platforms: known.map(toDetail) }) });
  });
  return router;
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
