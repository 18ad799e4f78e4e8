import { useEffect } from 'preact/hooks';

const LEEWAY_MS = 1_000;
/** How often is asked while the service's clock is behind this one, which must not be without end. */
const AGAIN_AFTER_MS = 30_000;
/** What a timer can be set to. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Calls back when something changes by the clock alone, of which nothing tells: after midnight, today's participants
 * are none.
 *
 * @param until when that is; an instant that has passed is one that the service has not come to yet
 * @param asked changes whenever it was asked for anew
 */
export function useChangesByClock(until: string | undefined, asked: unknown, onChange: () => void): void {
  useEffect(() => {
    if (until === undefined) return;
    const left = Date.parse(until) - Date.now();
    const wait = left > 0 ? left + LEEWAY_MS : AGAIN_AFTER_MS;
    if (wait > LONGEST_TIMEOUT_MS) return;
    const timer = setTimeout(onChange, wait);
    return () => clearTimeout(timer);
  }, [until, asked]);
}
