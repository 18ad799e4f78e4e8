import type { PlatformReport } from '../platform/statistics/platforms';
import { settlesWithin } from '../platform/settles-within';

/** How the platforms do; undefined when that cannot be learnt at the moment. Never rejects, and answers in time. */
export type KnownPlatforms = () => Promise<readonly PlatformReport[] | undefined>;

/** Whoever asks how the service does must not be kept waiting by a database that is away. */
const WITHIN_MS = 1_000;

export function createKnownPlatforms(read: () => Promise<readonly PlatformReport[]>): KnownPlatforms {
  return async () => {
    const reading = read().catch(() => undefined);
    return (await settlesWithin(WITHIN_MS, reading)) ? reading : undefined;
  };
}
