import { createHash } from 'node:crypto';

/** A key of one length for a text of any: what is kept by it does not keep the text. */
export const shortKey = (text: string): string => createHash('sha256').update(text).digest('base64url');
