import { AsyncLocalStorage } from 'node:async_hooks';
import { DECLINED_CAUSE, type Span, type Traceparent } from './span';

/** In the place of a span: the work began a trace, and the sampler declined it. Its parts begin none. */
export const DECLINED = Symbol('declined');

type Place = Span | typeof DECLINED | undefined;

/**
 * Costs nothing until the first span is run in it: Node follows promises only from then on. Where tracing is off that never happens,
 * and to look is one comparison.
 */
const storage = new AsyncLocalStorage<Place>();

/** The span that the caller's work belongs to; undefined where it is told to no receiver. */
export function currentSpan(): Span | undefined {
  const place = storage.getStore();
  return place === DECLINED ? undefined : place;
}

/** What the caller's work is to what it brings about; undefined outside of any trace. */
export function currentCause(): Traceparent | undefined {
  const place = storage.getStore();
  return place === DECLINED ? DECLINED_CAUSE : place?.traceparent;
}

/** Whether the caller's work is part of no trace, not even of one that was declined. */
export const isOutsideOfTraces = (): boolean => storage.getStore() === undefined;

/** Where the caller's work is, to go on there later. */
export const currentPlace = (): Place => storage.getStore();

/** Runs work as part of a span. */
export function runInSpan<T>(place: Place, work: () => T): T {
  return place === storage.getStore() ? work() : storage.run(place, work);
}

/**
 * A timer that belongs to no trace, also where a traced request sets it: one that renews itself would stay in the first one for good. It does not keep the
 * process alive.
 */
export function laterOutsideOfTraces(work: () => void, ms: number): NodeJS.Timeout {
  return runInSpan(undefined, () => setTimeout(work, ms).unref());
}

/** The fields by which a line of the log is found from its trace, and the trace from the line. */
export function traceFieldsOfLog(): { readonly trace_id?: string; readonly span_id?: string } {
  const span = currentSpan();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
