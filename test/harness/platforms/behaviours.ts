/** How a fake platform answers a request. */
export type Behaviour =
  | {
      readonly kind: 'answers';
      /** The value in the place of the count, by the number of the request, from 0 on. */
      readonly views: (nth: number) => unknown;
      readonly measuredAt?: unknown;
    }
  | { readonly kind: 'says'; readonly status: number; readonly body: string; readonly headers?: Headers }
  | { readonly kind: 'hangs' }
  /** An endless answer, one byte at a time. */
  | { readonly kind: 'drips'; readonly everyMs: number }
  /** A body of up to so many bytes, sent as fast as possible. */
  | { readonly kind: 'floods'; readonly bytes: number }
  /** Ends the connection after half an answer. */
  | { readonly kind: 'cuts' };

type Headers = Readonly<Record<string, string>>;

const answers = (views: (nth: number) => unknown): Behaviour => ({ kind: 'answers', views });
const says = (status: number, headers: Headers = {}, body = '{}'): Behaviour => ({
  kind: 'says',
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body,
});
const retryAfter = (value: number | string | undefined): Headers =>
  value === undefined ? {} : { 'retry-after': String(value) };

/** The ways in which platforms are known to behave. */
export const healthy = (views: number, measuredAt?: string): Behaviour => ({
  ...answers(() => views),
  ...(measuredAt !== undefined && { measuredAt }),
});
export const hanging: Behaviour = { kind: 'hangs' };
export const dripping = (everyMs = 10): Behaviour => ({ kind: 'drips', everyMs });
export const flooding = (bytes = 10 * 1024 * 1024): Behaviour => ({ kind: 'floods', bytes });
export const cutOff: Behaviour = { kind: 'cuts' };
export const failing = (status = 500): Behaviour => says(status);
/** @param wait seconds, or a date as HTTP writes it */
export const unavailable = (wait?: number | string): Behaviour => says(503, retryAfter(wait));
/** @param wait seconds, or a date as HTTP writes it */
export const rateLimiting = (wait?: number | string): Behaviour => says(429, retryAfter(wait));
export const refusing = (status: 401 | 403 = 401): Behaviour => says(status);
export const notFound: Behaviour = says(404);
export const redirecting = (to: string, status = 302): Behaviour => says(status, { location: to });
export const html: Behaviour = says(
  200,
  { 'content-type': 'text/html' },
  '<html><body>점검 중입니다</body></html>',
);
export const json = (body: unknown, status = 200): Behaviour => says(status, {}, JSON.stringify(body));
export const counting = (views: unknown): Behaviour => answers(() => views);
export const negative: Behaviour = counting(-1);
export const absurd: Behaviour = counting(10 ** 12 + 1);
export const fractional: Behaviour = counting(12.5);
/** Every answer is lower than the one before, down to 0. */
export const decreasing = (from: number, by = 1): Behaviour => answers((nth) => Math.max(0, from - nth * by));
