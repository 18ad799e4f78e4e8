import { useEffect, useRef, useState } from 'preact/hooks';
import { number } from './figures';
import { prefersReducedMotion } from './preferences';

const DURATION_MS = 450;

/** A number that runs to its new value. Its figures are all of one width, so nothing beside it moves. */
export function CountUp({ value }: { value: number }) {
  const [shown, setShown] = useState(value);
  const from = useRef(value);
  useEffect(() => {
    if (from.current === value) return;
    if (prefersReducedMotion() || document.hidden) {
      from.current = value;
      return setShown(value);
    }
    const start = from.current;
    const startedAt = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const progress = Math.min(1, (now - startedAt) / DURATION_MS);
      // Fast first, then settling: what counts is soon readable.
      from.current = Math.round(start + (value - start) * (1 - (1 - progress) ** 3));
      setShown(from.current);
      if (progress < 1) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [value]);
  return <span class="figure">{number(shown)}</span>;
}
