import type { Clock } from '../runtime/clock';
import type { Endpoint } from './endpoint';
import { JSON_TYPE, sendRepresentation } from './respond';

/** `GET /health`: the process is there and answers. Whether its parts are is told by `/readyz`. */
export function healthEndpoint(clock: Clock): Endpoint {
  return {
    path: /^\/health$/,
    get(request, response) {
      const timestamp = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
      const body = { status: 'UP', service: 'analytics-service', timestamp };
      const headers = { 'Cache-Control': 'no-store' };
      sendRepresentation(request, response, {
        type: JSON_TYPE,
        bytes: Buffer.from(JSON.stringify(body)),
        headers,
      });
    },
  };
}
