import type { Router } from 'express';
import type { Registry } from 'prom-client';
import { createStrictRouter } from './express-app';

/**
 * `GET /metrics`, for Prometheus. It has no data of any store and needs no token: an ingress has to forward the contract's
 * base path and `/graphql`, and not this path.
 */
export function metricsPage(registry: Registry): Router {
  const router = createStrictRouter();
  router.get('/metrics', async (_request, response) => {
    const text = await registry.metrics();
    response.set('Cache-Control', 'no-store').type(registry.contentType).send(text);
  });
  return router;
}
