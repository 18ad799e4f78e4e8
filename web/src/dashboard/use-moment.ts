import { useCallback, useState } from 'preact/hooks';

/** A number that is made to grow whenever the figures may have changed without anybody's being told. */
export function useMoment(): [moment: number, next: () => void] {
  const [moment, setMoment] = useState(0);
  return [moment, useCallback(() => setMoment((number) => number + 1), [])];
}
