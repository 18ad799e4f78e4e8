import { AnalyticsError } from '../error';
import { isObject, numberOf, textOf } from '../json';

/** How a socket was closed, as the service says it (docs/live.md) or the protocol does. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** @param event what graphql-ws has as the end of a socket: a CloseEvent of any WebSocket, or its own */
export function closingOf(event: unknown): Closing | undefined {
  if (typeof event !== 'object' || event === null || !('code' in event) || !('reason' in event))
    return undefined;
  const code = numberOf(event.code);
  if (code === undefined) return undefined;
  return { code, reason: textOf(event.reason) ?? '' };
}

/** Nobody watches anything any more. */
export const NORMAL = 1000;
/** The token is missing, invalid or expired. */
export const UNAUTHORIZED = 4401;
/** There is too much of something: come again later. */
const TOO_MUCH: ReadonlySet<number> = new Set([1013, 4429]);
/** What the same client would do again: another protocol, a message that is too large, an operation's id twice. */
const VIOLATIONS: ReadonlySet<number> = new Set([1002, 1003, 1007, 1009, 4400, 4406, 4409]);

export const isTooMuch = ({ code }: Closing): boolean => TOO_MUCH.has(code);

export const isViolation = ({ code }: Closing): boolean => VIOLATIONS.has(code);

/** Why a socket that was closed is not tried for again. */
export const closingError = (code: string, { code: number, reason }: Closing): AnalyticsError =>
  new AnalyticsError(code, { message: `The socket was closed with ${number}: ${reason}` });

/** Whether a pong's payload names a part that the service cannot reach. */
export const namesUnavailable = (part: string, payload: unknown): boolean => {
  const named = isObject(payload) ? payload['unavailable'] : undefined;
  return Array.isArray(named) && named.includes(part);
};
