import { z } from 'zod';
import type { ClaimPath, GrantingClaims } from '../config/claims';
import { parseUuid } from '../domain/uuid';
import type { Instant, StoreId } from '../domain/values';
import { readWords } from './claims';

/** The subject of a verified token, and what it may read. */
export interface Viewer {
  /** Of one issuer each, where several are trusted. */
  readonly subject: string;
  readonly storeIds: ReadonlySet<StoreId>;
  readonly isAdmin: boolean;
  /** When the token is no longer accepted, and a connection that was opened by it has to be closed. */
  readonly expiresAt: Instant;
}

/** A claim, or a part of it, that grants nothing since it cannot be read. No part of its value is here. */
export interface UnreadableClaim {
  /** As it is configured; left out where there is only one. */
  readonly issuer?: string;
  /** Its path. */
  readonly claim: string;
  readonly problem: string;
}

export interface ViewerOptions {
  readonly claims: GrantingClaims;
  /** For how long after its end a token is accepted, in ms. */
  readonly clockToleranceMs: number;
  readonly onUnreadable: (claim: UnreadableClaim) => void;
}

/** The last second that a date can hold, with a day left for the tolerance. */
const LAST_SECOND = 8_640_000_000_000 - 86_400;

const required = z.looseObject({
  sub: z.string().min(1),
  exp: z.number().positive().max(LAST_SECOND),
});

/**
 * The viewer of verified claims: `sub` and `exp` have to be there. Stores (uuids of any version, in either case) and roles
 * may be missing or null, a text of one or several words, or a list of texts. A claim of another shape grants nothing, and
 * neither does a store that is no uuid.
 *
 * @throws ZodError without `sub` or `exp`
 */
export function parseViewer(payload: unknown, options: ViewerOptions): Viewer {
  const token = required.parse(payload);
  const { claims, clockToleranceMs, onUnreadable } = options;
  const tell = (path: ClaimPath, problem: string): void => onUnreadable({ claim: path.join('.'), problem });

  function wordsAt(path: ClaimPath): readonly string[] {
    const { texts, problem } = readWords(token, path);
    if (problem !== undefined) tell(path, problem);
    return texts;
  }

  function storesAt(path: ClaimPath): StoreId[] {
    const words = wordsAt(path);
    const ids = words.flatMap((word) => parseUuid(word) ?? []);
    if (ids.length < words.length) tell(path, 'has what is no uuid');
    return ids as readonly string[] as StoreId[];
  }

  return {
    subject: token.sub,
    storeIds: new Set(claims.stores.flatMap(storesAt)),
    isAdmin: claims.roles.flatMap(wordsAt).some((role) => claims.adminRoles.has(role)),
    expiresAt: (Math.floor(token.exp * 1_000) + clockToleranceMs) as Instant,
  };
}
