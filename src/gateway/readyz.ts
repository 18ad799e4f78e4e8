import { Router } from 'express';

export interface ReadinessReport {
  readonly ready: boolean;
  readonly parts: readonly { readonly name: string; readonly ready: boolean }[];
}

/** `GET /readyz`, for whoever decides where requests are sent: 200 when every part can do its work, else 503. */
export function readyz(readiness: () => Promise<ReadinessReport>): Router {
  const router = Router();
  router.get('/readyz', async (_request, response) => {
    const report = await readiness();
    response
      .status(report.ready ? 200 : 503)
      .setHeader('Cache-Control', 'no-store')
      .json(report);
  });
  return router;
}
