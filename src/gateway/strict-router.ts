import { Router } from 'express';

/**
 * A router that compares paths exactly, with case and trailing slash. A proxy's rule that blocks a path can rely on there being
 * no second spelling of it.
 */
export const createStrictRouter = (): Router => Router({ caseSensitive: true, strict: true });
