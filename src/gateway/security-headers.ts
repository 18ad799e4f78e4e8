import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSecure, type TrustsProxy } from './trusted-proxies';

/** A year, as in the examples of RFC 6797. Without includeSubDomains, which would bind other services of the domain. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000';

/** The security headers of every answer, errors too: nosniff, and HSTS over TLS. */
export function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  trusts: TrustsProxy,
): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // Over plain HTTP browsers must ignore it (RFC 6797, 7.2).
  if (isSecure(request, trusts)) response.setHeader('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY);
}
