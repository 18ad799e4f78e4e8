import { MessageType } from 'graphql-ws';
import { settlesWithin } from '../../../runtime/timeout';

/** The names of the parts that are unavailable at the moment. */
export type UnavailableParts = () => Promise<readonly string[]>;

/** A part is checked no more often, however many ask. */
const CHECK_INTERVAL_MS = 2_000;
const CHECK_TIMEOUT_MS = 1_500;

/** @param checks by name; each rejects when its part cannot do its work */
export function createUnavailableParts(
  checks: Readonly<Record<string, () => Promise<void>>>,
): UnavailableParts {
  let checkedAt = -Infinity;
  let unavailable: Promise<readonly string[]> = Promise.resolve([]);

  async function checkAll(): Promise<readonly string[]> {
    const names = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => ((await isAvailable(check)) ? [] : [name])),
    );
    return names.flat();
  }

  return () => {
    const now = performance.now();
    if (now - checkedAt >= CHECK_INTERVAL_MS) {
      checkedAt = now;
      unavailable = checkAll();
    }
    return unavailable;
  };
}

async function isAvailable(check: () => Promise<void>): Promise<boolean> {
  let hasPassed = false;
  const checking = check().then(() => void (hasPassed = true));
  return (await settlesWithin(CHECK_TIMEOUT_MS, checking)) && hasPassed;
}

/**
 * The pong of the protocol. It names the unavailable parts: an open subscription without changes would not show them. The
 * ping's payload is not returned: it may be a token.
 */
export async function pongText(unavailableParts: UnavailableParts): Promise<string> {
  const unavailable = await unavailableParts();
  return JSON.stringify({
    type: MessageType.Pong,
    ...(unavailable.length > 0 && { payload: { unavailable } }),
  });
}
