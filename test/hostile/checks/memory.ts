import { waitFor } from '../../harness/wait-for';
import type { Gateway } from '../deployment/gateway';

const MEBIBYTE = 1024 * 1024;
/** How much more memory a gateway may have after an attack than before the first. */
const MOST_MORE_BYTES = 64 * MEBIBYTE;
/** Covers the timeouts of clients that do not read or have disappeared. */
const LET_GO_MS = 45_000;

export interface Kept {
  readonly mebibytes: number | undefined;
  readonly problems: readonly string[];
}

/** Waits until the gateway has about as much memory as before. @returns how much more it keeps, and a problem then */
export async function checkMemory(gateway: Gateway, beforeBytes: number): Promise<Kept> {
  let more: number | undefined;
  const isBack = async (): Promise<boolean> => {
    if (gateway.process.ended !== undefined) return true;
    more = (await gateway.memory()).usedBytes - beforeBytes;
    return more <= MOST_MORE_BYTES;
  };
  const waited = await waitFor(isBack, {
    what: 'memory to return',
    timeoutMs: LET_GO_MS,
    everyMs: 500,
  }).catch((error: unknown) => error);
  const mebibytes = more === undefined ? undefined : Math.round(more / MEBIBYTE);
  if (waited === true) return { mebibytes, problems: [] };
  const reason = mebibytes === undefined ? String(waited) : `${mebibytes} MB more than before are kept`;
  return { mebibytes, problems: [reason] };
}
