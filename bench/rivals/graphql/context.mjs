import { Loaders } from '../reading/loaders.mjs';
import { verify } from '../token.mjs';

/** Who asks, made anew for every operation over HTTP, and for every connection over a WebSocket. */
export function createContext(authorization) {
  return { viewer: verify(authorization) };
}

/** When an operation is, and what is read for it. Its first field makes them: over a WebSocket nobody else does. */
export function begin(context) {
  context.now ??= Date.now();
  context.loaders ??= new Loaders(context.viewer, context.now);
}
