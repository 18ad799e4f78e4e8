import { settlesWithin } from '../../runtime/settles-within';

/** The parts that cannot be reached at the moment, by their names. */
export type PartsAway = () => Promise<readonly string[]>;

/** However many ask, a part is looked at no more often than this. */
const LOOK_EVERY_MS = 2_000;
const ANSWER_WITHIN_MS = 1_500;

/** @param checks by name; each rejects when its part cannot do its work */
export function createPartsAway(checks: Readonly<Record<string, () => Promise<void>>>): PartsAway {
  let lookedAt = -Infinity;
  let found: Promise<readonly string[]> = Promise.resolve([]);

  async function look(): Promise<readonly string[]> {
    const names = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => ((await isThere(check)) ? [] : [name])),
    );
    return names.flat();
  }

  return () => {
    const now = performance.now();
    if (now - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = now;
      found = look();
    }
    return found;
  };
}

async function isThere(check: () => Promise<void>): Promise<boolean> {
  let isWell = false;
  const checking = check().then(() => void (isWell = true));
  return (await settlesWithin(ANSWER_WITHIN_MS, checking)) && isWell;
}
