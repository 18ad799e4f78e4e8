import { useCallback, useEffect, useState } from 'preact/hooks';

const LEEWAY_MS = 1_000;
/** A clock that is ahead of the service's must not make a page ask without end. */
const SHORTEST_MS = 30_000;
/** What a timer can be set to. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** A number that is made to grow whenever the figures may have changed without anybody's being told. */
export function useMoment(): [moment: number, next: () => void] {
  const [moment, setMoment] = useState(0);
  return [moment, useCallback(() => setMoment((number) => number + 1), [])];
}

/**
 * Figures change with the clock alone, too: after midnight, today's participants are none.
 *
 * @param validUntil until when the figures hold if nothing happens
 */
export function useChangesByClock(validUntil: string | undefined, onChange: () => void): void {
  useEffect(() => {
    if (validUntil === undefined) return;
    const wait = Math.max(SHORTEST_MS, Date.parse(validUntil) - Date.now() + LEEWAY_MS);
    if (wait > LONGEST_TIMEOUT_MS) return;
    const timer = setTimeout(onChange, wait);
    return () => clearTimeout(timer);
  }, [validUntil]);
}
