import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSecure, type TrustsProxy } from './trusted-proxies';

/** A year, as RFC 6797 has it in its examples. What other services of the domain do is not ours to say. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000';

/** What every answer says, an error too: that it is what its type says, and where it came over TLS, that we stay there. */
export function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  trusts: TrustsProxy,
): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // Over anything else browsers must not heed it (RFC 6797, 7.2).
  if (isSecure(request, trusts)) response.setHeader('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY);
}
