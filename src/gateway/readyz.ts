import type { Router } from 'express';
import type { PartReadiness } from '../lifecycle';
import type { PlatformReport } from '../database/platforms';
import type { SingleFlightRead } from './single-flight-read';
import { createStrictRouter } from './strict-router';

export interface ReadinessReport {
  readonly ready: boolean;
  readonly parts: readonly PartReadiness[];
}

/**
 * `GET /readyz`, for whoever decides where requests are sent: 200 when every part can do its work that the service
 * cannot do without, else 503. How the platforms do is told beside it and decides nothing: what is known is served
 * without them.
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
      .setHeader('Cache-Control', 'no-store')
      .json({ ...report, ...(known && { platforms: known.map(toDetail) }) });
  });
  return router;
}

/** Instants as people read them; what there is nothing to say of is left out. */
function toDetail({ channel, status, since, reason, lastAnswerAt }: PlatformReport): object {
  return {
    channel,
    status,
    since: new Date(since).toISOString(),
    ...(reason !== null && { reason }),
    ...(lastAnswerAt !== null && { lastAnswerAt: new Date(lastAnswerAt).toISOString() }),
  };
}
