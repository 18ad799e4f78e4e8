import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Child } from '../live/child';

const kept = z.object({ bytes: z.number() });
/** What ends a moment later, timers and sockets, is no longer kept then. */
const SETTLED_MS = 3_000;
const LOOKS = 3;

/** The least of a few looks: what is under way just then is not kept. */
export async function keptBytes(child: Child): Promise<number> {
  let least = Infinity;
  for (let look = 0; look < LOOKS; look += 1) {
    await sleep(SETTLED_MS);
    least = Math.min(least, (await child.ask('probe.kept', kept)).bytes);
  }
  return least;
}

export const EXPOSED = ['--expose-gc'];
