import type { Clock } from '../runtime/clock';
import type { PublicEndpoint } from './endpoint';
import { JSON_TYPE, type SendRepresentation } from './respond';

/** Liveness: the process answers. Whether its parts can do their work is the answer of `/readyz`. */
export function healthEndpoint(clock: Clock, send: SendRepresentation): PublicEndpoint {
  return {
    path: '/health',
    access: 'public',
    get(request, response) {
      const timestamp = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
      const body = { status: 'UP', service: 'analytics-service', timestamp };
      const headers = { 'Cache-Control': 'no-store' };
      return send(request, response, {
        type: JSON_TYPE,
        bytes: Buffer.from(JSON.stringify(body)),
        headers,
      });
    },
  };
}
