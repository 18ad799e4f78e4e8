import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;
/** Who does not take in a value for so long is let go. */
const PATIENCE_MS = 15_000;

/**
 * Resolves when everything that was written has left this process. graphql-sse queues whatever it is given, so a slow
 * client is given nothing more until it has taken in what it has.
 */
export async function untilTakenIn(response: ServerResponse): Promise<void> {
  const since = performance.now();
  while (response.writableLength > 0 && !response.destroyed) {
    if (performance.now() - since > PATIENCE_MS) return void response.destroy();
    await sleep(LOOK_EVERY_MS);
  }
}
