import { AnalyticsError } from './error';
import type { components, operations } from './generated/contract';
import { type Http, type HttpAnswer, parsed, retryAfterMs, unexpectedAnswer } from './http';
import { isObject, type JsonObject, textOf } from './json';
import type { Retries } from './retry-after';

/** The body of `GET /events/{eventId}/analytics`. */
export type Dashboard = components['schemas']['DashboardResponse'];

/** The body of `GET /health`. */
export type Health = operations['healthCheck']['responses'][200]['content']['application/json'];

export interface AskOptions {
  /** Aborts: what was asked for rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface DashboardAnswer {
  readonly dashboard: Dashboard;
  /** Whether it is the one that this client had: the service has answered 304, and sent nothing. */
  readonly isUnchanged: boolean;
  /** Whole seconds since its data was read. */
  readonly ageSeconds: number;
  /** Why there may be newer data than this, such as `DATABASE_UNAVAILABLE`; undefined where there is none. */
  readonly staleReason: string | undefined;
  /** Channels whose platform does not answer: their views are the last known ones. */
  readonly fallbackChannels: readonly string[];
}

export interface Rest {
  /**
   * The dashboard of an event. What this client has got before is asked for by its `ETag`.
   *
   * @throws AnalyticsError
   */
  analytics(eventId: string, options?: AskOptions): Promise<DashboardAnswer>;
  /** @throws AnalyticsError */
  health(options?: AskOptions): Promise<Health>;
}

export interface RestOptions {
  readonly http: Http;
  readonly basePath: string;
  readonly retries: Retries;
}

/** What is kept of an event: some kilobytes. */
interface Kept {
  readonly etag: string;
  readonly dashboard: Dashboard;
}

const MOST_KEPT = 100;

export function createRest({ http, basePath, retries }: RestOptions): Rest {
  const kept = new Map<string, Kept>();

  function keep(path: string, entry: Kept): void {
    kept.delete(path);
    kept.set(path, entry);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  }

  async function ask(path: string, etag: string | undefined, signal: AbortSignal | undefined) {
    const headers = { accept: 'application/json', ...(etag !== undefined && { 'if-none-match': etag }) };
    const answer = await http.send({ path, headers }, signal);
    if (answer.status !== 200 && answer.status !== 304) throw errorOf(answer);
    return answer;
  }

  async function askForDashboard(path: string, signal: AbortSignal | undefined): Promise<DashboardAnswer> {
    const known = kept.get(path);
    const answer = await ask(path, known?.etag, signal);
    const isUnchanged = answer.status === 304 && known !== undefined;
    const dashboard = isUnchanged ? known.dashboard : (bodyOf(answer) as Dashboard);
    const etag = answer.headers.get('etag') ?? known?.etag;
    if (etag !== undefined) keep(path, { etag, dashboard });
    return { dashboard, isUnchanged, ...aboutDashboard(answer) };
  }

  return {
    async analytics(eventId, { signal } = {}) {
      const path = `${basePath}/events/${inPath(eventId)}/analytics`;
      return retries.askAgainWhenTold(() => askForDashboard(path, signal), signal);
    },
    async health({ signal } = {}) {
      return bodyOf(await ask(`${basePath}/health`, undefined, signal));
    },
  };
}

/** @throws AnalyticsError for what no path can hold */
function inPath(eventId: string): string {
  try {
    return encodeURIComponent(eventId);
  } catch (cause) {
    throw new AnalyticsError('INVALID_REQUEST', {
      message: 'The id of an event has to be whole characters; this one has half of a surrogate pair.',
      cause,
    });
  }
}

function aboutDashboard({ headers }: HttpAnswer): Omit<DashboardAnswer, 'dashboard' | 'isUnchanged'> {
  const fallback = headers.get('x-fallback-channels');
  return {
    ageSeconds: Number(headers.get('age') ?? 0),
    staleReason: headers.get('x-stale-reason') ?? undefined,
    fallbackChannels: fallback === null ? [] : fallback.split(',').map(decodeURIComponent),
  };
}

/** Its type is the contract's, to which the service is held: that it is JSON's object tells it from a proxy's page. */
function bodyOf(answer: HttpAnswer): JsonObject {
  const body = parsed(answer.text);
  if (!isObject(body)) throw unexpectedAnswer(answer);
  return body;
}

/** The contract's `ErrorResponse`. */
function errorOf(answer: HttpAnswer): AnalyticsError {
  const body = parsed(answer.text);
  const code = isObject(body) ? textOf(body['error']) : undefined;
  if (!isObject(body) || code === undefined) return unexpectedAnswer(answer);
  return new AnalyticsError(code, {
    message: textOf(body['message']),
    status: answer.status,
    retryAfterMs: retryAfterMs(answer.headers),
  });
}
