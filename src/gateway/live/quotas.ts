import type { DocumentNode } from 'graphql';
import type { LiveLimits } from '../../config/limits';
import type { Refusals } from './limits';

/** A cohort that its first subscriber is about to open. */
export interface NewCohort {
  /** The token's `sub`. */
  readonly subject: string;
  /** Of one tick, in the units of an operation's cost. */
  readonly cost: number;
  /** Held in memory for as long as the cohort exists. */
  readonly document: DocumentNode;
  /** The length of the document's text. */
  readonly bytes: number;
}

/** How many cohorts one field of one event may have; or how many one token may open over all events. */
export interface CohortQuota {
  /**
   * @returns releases it
   * @throws AppError TOO_MANY_REQUESTS that names the limit
   */
  acquire(cohort: NewCohort): () => void;
}

export interface EventQuotaOptions {
  readonly limits: Pick<LiveLimits, 'cohortsPerEvent' | 'costPerEvent'>;
  readonly tokenQuota: CohortQuota;
  readonly refusals: Refusals;
}

/**
 * A tick of an event executes all its cohorts, so they are limited in number and in cost. One token opens at most half
 * of them: another reader of the same store finds room however much the first one watches.
 */
export function createEventQuota({ limits, tokenQuota, refusals }: EventQuotaOptions): CohortQuota {
  const open = new Set<NewCohort>();

  function requireRoom(cohort: NewCohort): void {
    const own = [...open].filter(({ subject }) => subject === cohort.subject);
    const { cohortsPerEvent, costPerEvent } = limits;
    if (open.size >= cohortsPerEvent || own.length >= half(cohortsPerEvent)) {
      throw refusals.tooMany(
        'cohorts_per_event',
        `An event can be watched by ${cohortsPerEvent} different operations at a time, half of them by one token: ` +
          'send the same document for all views of a kind.',
      );
    }
    const isTooCostly = (others: Iterable<NewCohort>, max: number): boolean =>
      costOf(others) + cohort.cost > max;
    if (isTooCostly(open, costPerEvent) || isTooCostly(own, half(costPerEvent))) {
      throw refusals.tooMany(
        'cost_per_event',
        `The operations that watch an event may cost ${costPerEvent} together, half of it by one token; ` +
          `this one costs ${cohort.cost}: select less.`,
      );
    }
  }

  return {
    acquire(cohort) {
      requireRoom(cohort);
      const releaseToken = tokenQuota.acquire(cohort);
      open.add(cohort);
      return () => {
        if (open.delete(cohort)) releaseToken();
      };
    },
  };
}

const half = (max: number): number => Math.max(1, Math.floor(max / 2));

const costOf = (cohorts: Iterable<NewCohort>): number =>
  [...cohorts].reduce((sum, { cost }) => sum + cost, 0);

export interface TokenLimits {
  /** Each cohort keeps its last value: some tens of kilobytes. */
  readonly cohorts: number;
  /** Of the texts of different documents; a parsed document takes up to a hundred times as much memory. */
  readonly documentBytes: number;
}

export const TOKEN_LIMITS: TokenLimits = { cohorts: 1_000, documentBytes: 128 * 1_024 };

interface TokenUsage {
  cohorts: number;
  /** Each document with the number of cohorts that hold it. */
  readonly documents: Map<DocumentNode, { readonly bytes: number; cohorts: number }>;
}

/** What the cohorts that one token opened may hold in memory, over all events. */
export function createTokenQuota(refusals: Refusals, limits: TokenLimits = TOKEN_LIMITS): CohortQuota {
  const bySubject = new Map<string, TokenUsage>();

  function requireRoom({ cohorts, documents }: TokenUsage, { document, bytes }: NewCohort): void {
    if (cohorts >= limits.cohorts) {
      throw refusals.tooMany(
        'cohorts_per_token',
        `One token can watch ${limits.cohorts} different things at a time: complete a subscription first.`,
      );
    }
    const held = [...documents.values()].reduce((sum, one) => sum + one.bytes, 0);
    if (!documents.has(document) && held + bytes > limits.documentBytes) {
      throw refusals.tooMany(
        'documents_per_token',
        `The different documents that one token watches by may have ${limits.documentBytes} bytes together: ` +
          'send the same document, and what differs as variables.',
      );
    }
  }

  function addDocument({ documents }: TokenUsage, { document, bytes }: NewCohort): void {
    const held = documents.get(document);
    if (held === undefined) documents.set(document, { bytes, cohorts: 1 });
    else held.cohorts += 1;
  }

  function removeDocument({ documents }: TokenUsage, { document }: NewCohort): void {
    const held = documents.get(document);
    if (held === undefined) return;
    held.cohorts -= 1;
    if (held.cohorts === 0) documents.delete(document);
  }

  return {
    acquire(cohort) {
      const usage = bySubject.get(cohort.subject) ?? { cohorts: 0, documents: new Map() };
      requireRoom(usage, cohort);
      bySubject.set(cohort.subject, usage);
      usage.cohorts += 1;
      addDocument(usage, cohort);
      return () => {
        usage.cohorts -= 1;
        removeDocument(usage, cohort);
        if (usage.cohorts === 0) bySubject.delete(cohort.subject);
      };
    },
  };
}
