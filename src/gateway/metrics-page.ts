import type { Router } from 'express';
import type { Registry } from 'prom-client';
import { createStrictRouter } from './strict-router';

/**
 * `GET /metrics`, for Prometheus. It tells nothing of any store, and is open to whoever reaches it: an ingress has to
 * let the contract's base path and `/graphql` through, and not this.
 */
export function metricsPage(registry: Registry): Router {
  const router = createStrictRouter();
  router.get('/metrics', async (_request, response) => {
    const text = await registry.metrics();
    response.setHeader('Cache-Control', 'no-store').type(registry.contentType).send(text);
  });
  return router;
}
