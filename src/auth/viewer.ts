import { z } from 'zod';
import type { Instant, StoreId } from '../domain/values';

/** The subject of a verified token, and what it may read. */
export interface Viewer {
  readonly subject: string;
  readonly storeIds: ReadonlySet<StoreId>;
  readonly isAdmin: boolean;
  /** When the token expires, and a connection that was opened by it has to be closed. */
  readonly expiresAt: Instant;
}

/** The role that reads every store. */
export const ADMIN = 'ADMIN';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** The last second that a date can hold. */
const LAST_SECOND = 8_640_000_000_000;

const storeId = z
  .string()
  .regex(UUID)
  .transform((id) => id.toLowerCase() as StoreId);

const claims = z.object({
  sub: z.string().min(1),
  exp: z.number().positive().max(LAST_SECOND),
  storeIds: z.array(storeId).default([]),
  roles: z.array(z.string()).default([]),
});

/**
 * The claims of a verified token: `sub` and `exp` have to be there; `storeIds` (uuids of any version, in either case)
 * and `roles` may be left out, which grants nothing.
 *
 * @throws ZodError for claims of any other shape
 */
export function parseViewer(payload: unknown): Viewer {
  const { sub, exp, storeIds, roles } = claims.parse(payload);
  return {
    subject: sub,
    storeIds: new Set(storeIds),
    isAdmin: roles.includes(ADMIN),
    expiresAt: Math.floor(exp * 1_000) as Instant,
  };
}
