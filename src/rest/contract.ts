import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PublicEndpoint } from './endpoint';
import { sendRepresentation } from './respond';

/** The contract itself, byte for byte. */
export function contractEndpoint(): PublicEndpoint {
  const bytes = readFileSync(path.join(__dirname, 'openapi.yaml'));
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
  return {
    path: '/openapi.yaml',
    access: 'public',
    get: (request, response) =>
      sendRepresentation(request, response, { type: 'application/yaml; charset=utf-8', bytes, etag }),
  };
}
