const SETTLED_MS = 5_000;
/** A person who does one of these wants to be somewhere else. */
const MOVES = ['wheel', 'touchmove', 'pointerdown', 'keydown'];

/**
 * Brings a section into view and keeps it there while what stands above it comes in and grows; until its reader moves, or
 * everything can be taken to have come.
 *
 * @returns ends it
 */
export function arriveAt(target: HTMLElement): () => void {
  const left = new AbortController();
  const observer = new ResizeObserver(() => target.scrollIntoView());
  const leave = (): void => {
    observer.disconnect();
    clearTimeout(timer);
    left.abort();
  };
  const timer = setTimeout(leave, SETTLED_MS);
  for (const move of MOVES) addEventListener(move, leave, { passive: true, signal: left.signal });
  observer.observe(document.body);
  target.scrollIntoView();
  return leave;
}
