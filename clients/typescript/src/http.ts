import { untilAborted } from './aborting';
import { environment } from './environment';
import { AnalyticsError, unreachable } from './error';
import { currentToken, type TokenSource } from './token';

export type Fetch = typeof fetch;

export interface HttpRequest {
  /** Behind the service's address. */
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Http {
  /**
   * @param signal aborts the request; it then rejects with the signal's reason
   * @throws AnalyticsError when there is no answer, whatever it is
   */
  send(request: HttpRequest, signal: AbortSignal | undefined): Promise<HttpAnswer>;
}

export interface HttpOptions {
  readonly url: string;
  readonly token: TokenSource;
  readonly fetch: Fetch | undefined;
}

export function createHttp({ url, token, fetch: own }: HttpOptions): Http {
  async function answer({ path, headers, ...request }: HttpRequest, signal: AbortSignal | undefined) {
    const authorization = `Bearer ${await untilAborted(currentToken(token), signal)}`;
    // Of the global object: a browser's fetch may be called on nothing else.
    const response = await (own ?? environment.fetch)(url + path, {
      ...request,
      headers: { ...headers, authorization },
      ...(signal && { signal }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  return {
    async send(request, signal) {
      signal?.throwIfAborted();
      try {
        return await answer(request, signal);
      } catch (error) {
        signal?.throwIfAborted();
        throw error instanceof AnalyticsError ? error : unreachable(error);
      }
    },
  };
}

/** @returns undefined for what is no JSON: it comes from a proxy, or has been cut */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `Retry-After`, which is seconds or a date. */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** What is no answer of the service's: of a proxy ahead that cannot reach it, as a rule. */
export const unexpectedAnswer = ({ status, headers }: HttpAnswer): AnalyticsError =>
  new AnalyticsError('UNREACHABLE', {
    message: `The answer with status ${status} is none of the service's.`,
    status,
    retryAfterMs: retryAfterMs(headers),
  });
