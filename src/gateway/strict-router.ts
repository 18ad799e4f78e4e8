import { Router } from 'express';

/**
 * A router that takes a path for what it is, to the letter and to the slash at its end. Whoever keeps a path from the
 * public, by a rule of a proxy, can rely on there being no second spelling of it.
 */
export const createStrictRouter = (): Router => Router({ caseSensitive: true, strict: true });
