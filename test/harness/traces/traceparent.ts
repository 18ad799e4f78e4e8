import { randomBytes } from 'node:crypto';

/** The header of a sender that is traced itself, or has decided not to be. */
export function newTraceparent(isSampled = true) {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  return { traceId, spanId, header: `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}` };
}
