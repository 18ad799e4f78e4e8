import { Loaders } from '../reading/loaders.mjs';
import { verify } from '../token.mjs';

/** Who asks, when, and what is read for him: made anew for every operation. */
export function createContext(authorization) {
  const viewer = verify(authorization);
  const now = Date.now();
  return { viewer, now, loaders: new Loaders(viewer, now) };
}
