import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PublicEndpoint } from './endpoint';
import type { SendRepresentation } from './respond';

/** The contract itself, byte for byte. */
export function contractEndpoint(send: SendRepresentation): PublicEndpoint {
  const bytes = readFileSync(path.join(__dirname, 'openapi.yaml'));
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
  return {
    path: '/openapi.yaml',
    access: 'public',
    get: (request, response) =>
      send(request, response, { type: 'application/yaml; charset=utf-8', bytes, key: etag, etag }),
  };
}
