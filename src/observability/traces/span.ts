/** Where a piece of work is in a trace, as the header `traceparent` writes it (W3C Trace Context). */
export type Traceparent = string;

/**
 * In the place of a cause: work whose trace was declined. Its ids are none of a trace's, and only its last digits count, which say that
 * it is not sampled: what it brings about is not recorded either, also in another process.
 */
export const DECLINED_CAUSE: Traceparent = `00-${'f'.repeat(32)}-${'f'.repeat(16)}-00`;

/** Numbers, flags and names of what was done. Never a token, a participant, a secret or a statement's parameters. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A piece of work that is part of a trace, while it is under way. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** For what this work brings about elsewhere. */
  readonly traceparent: Traceparent;
  set(attributes: Attributes): void;
  /** @param type of a limited number: the name or the code of an error, or a status */
  fail(type: string): void;
}

const CODE = /^[A-Z\d_]{1,40}$/;

/** What kind of error it is. Its message may hold what it failed with, a row for one, and is told nowhere. */
export function typeOfError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const code: unknown = Reflect.get(thrown, 'code');
  return typeof code === 'string' && CODE.test(code) ? code : thrown.name;
}
