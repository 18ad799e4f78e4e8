import { randomBytes } from 'node:crypto';

/** Nobody has seen it before. */
export const newSecret = (): string => randomBytes(24).toString('hex');
