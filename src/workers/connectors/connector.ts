import type { z } from 'zod';
import type { PlatformConfig } from '../../config/platforms';
import type { Count, Instant } from '../../domain/values';
import type { FailureReason, ViewsQuestion } from './platform';

/**
 * What one kind of platform is asked, and how its answers read. No I/O: sending, waiting and failing are the same for all
 * of them, see `resilient-requests.ts`.
 */
export type Connector = SingleConnector | BatchConnector;

/** Of a platform that is asked about one event at a time. */
export interface SingleConnector extends Explaining {
  /** Undefined when the platform's own id of the event is needed, and neither distribution nor configuration says it. */
  request(question: ViewsQuestion, config: PlatformConfig): PlatformRequest | undefined;
  /** Reads the body of an answer of success. Its messages name fields and rules, and repeat no value. */
  readonly answer: z.ZodType<Reading>;
}

/** Of a platform that is asked about many events in one request, by what it calls them. */
export interface BatchConnector extends Explaining {
  readonly mostIdsPerRequest: number;
  /** Whether the id is one that the platform makes: one that is not could spoil the request for all the others. */
  isAskable(id: string): boolean;
  /** @param ids each once */
  request(ids: readonly string[], config: PlatformConfig): PlatformRequest;
  /** Reads the body of an answer of success. What is odd about one id costs the others nothing. */
  readonly answer: z.ZodType<BatchReading>;
}

/** What an answer says of many ids. */
export interface BatchReading {
  readonly byId: ReadonlyMap<string, Reading>;
  /** Of an id that the answer does not name. */
  readonly ofOthers: Reading;
}

interface Explaining {
  /** What the body of an answer of status 4xx says beyond its status; undefined: the status says it all. */
  explain?(body: unknown): Explanation | undefined;
  /** The zone whose midnight gives a new quota of the day; left out: UTC. */
  readonly quotaZone?: string;
}

export interface PlatformRequest {
  /** What follows the base URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON by POST. Left out: a GET. */
  readonly body?: object;
}

/** What an answer says. */
export type Reading =
  | {
      readonly kind: 'counted';
      readonly views: Count;
      /** When the platform counted, if it says so. */ readonly measuredAt?: Instant | undefined;
    }
  | { readonly kind: 'no_value' }
  /** The part of a batch that is about this event breaks a rule, which is named with its place within the answer. */
  | { readonly kind: 'unreadable'; readonly problem: string };

export type Explanation =
  | 'no_value'
  | 'QUOTA_USED_UP'
  | Extract<FailureReason, 'REFUSED' | 'KEY_REFUSED' | 'RATE_LIMITED' | 'SERVER_ERROR'>;

export const NO_VALUE = { kind: 'no_value' } as const;

/**
 * What the platform calls the event: what the distribution says goes before what is configured, which may be older.
 *
 * @returns undefined when neither says
 */
export function platformIdOf(
  { eventId, externalId }: ViewsQuestion,
  { ids }: PlatformConfig,
): string | undefined {
  return externalId ?? ids.get(eventId);
}

/** A part of a path that would lead elsewhere, though it is encoded: some servers decode a slash before they resolve dots. */
const LEADS_ELSEWHERE = /(^|[/\\])\.{1,2}($|[/\\])/;

/**
 * The path of a question: the one that is configured, or else `usual`, its places filled in.
 *
 * @returns undefined when it needs the platform's own id of the event, and there is none that a path can hold
 */
export function pathFor(question: ViewsQuestion, config: PlatformConfig, usual: string): string | undefined {
  const template = config.path ?? usual;
  const id = platformIdOf(question, config);
  if (template.includes('{id}') && (id === undefined || LEADS_ELSEWHERE.test(id))) return undefined;
  return template
    .replaceAll('{eventId}', question.eventId)
    .replaceAll('{id}', () => encodeURIComponent(id ?? ''));
}
