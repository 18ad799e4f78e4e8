import type { DocumentNode } from 'graphql';
import type { Opening } from './cohort-places';
import type { Refusals } from './refusals';

/** What the cohorts that one token opened may hold, over all events. */
export interface TokenPlaces {
  /**
   * @returns gives the place back, once
   * @throws AppError TOO_MANY_REQUESTS that names the limit
   */
  take(opening: Opening): () => void;
}

export interface TokenLimits {
  /** Each keeps its last value: some tens of kilobytes. */
  readonly cohorts: number;
  /** Of the texts of different documents; what is parsed of them is up to a hundred times as large. */
  readonly documentBytes: number;
}

export const TOKEN_LIMITS: TokenLimits = { cohorts: 1_000, documentBytes: 128 * 1_024 };

interface Held {
  cohorts: number;
  /** How many cohorts keep a document. */
  readonly documents: Map<DocumentNode, { readonly bytes: number; cohorts: number }>;
}

export function createTokenPlaces(refusals: Refusals, limits: TokenLimits = TOKEN_LIMITS): TokenPlaces {
  const bySubject = new Map<string, Held>();

  function requireRoom({ cohorts, documents }: Held, { document, bytes }: Opening): void {
    if (cohorts >= limits.cohorts) {
      throw refusals.tooMany(
        'cohorts_per_token',
        `One token can watch ${limits.cohorts} different things at a time: complete a subscription first.`,
      );
    }
    const kept = [...documents.values()].reduce((sum, one) => sum + one.bytes, 0);
    if (!documents.has(document) && kept + bytes > limits.documentBytes) {
      throw refusals.tooMany(
        'documents_per_token',
        `The different documents that one token watches by may have ${limits.documentBytes} bytes together: ` +
          'send the same document, and what differs as variables.',
      );
    }
  }

  function keep({ documents }: Held, { document, bytes }: Opening): void {
    const kept = documents.get(document);
    if (kept === undefined) documents.set(document, { bytes, cohorts: 1 });
    else kept.cohorts += 1;
  }

  function letGo({ documents }: Held, { document }: Opening): void {
    const kept = documents.get(document);
    if (kept === undefined) return;
    kept.cohorts -= 1;
    if (kept.cohorts === 0) documents.delete(document);
  }

  return {
    take(opening) {
      const held = bySubject.get(opening.subject) ?? { cohorts: 0, documents: new Map() };
      requireRoom(held, opening);
      bySubject.set(opening.subject, held);
      held.cohorts += 1;
      keep(held, opening);
      return () => {
        held.cohorts -= 1;
        letGo(held, opening);
        if (held.cohorts === 0) bySubject.delete(opening.subject);
      };
    },
  };
}
