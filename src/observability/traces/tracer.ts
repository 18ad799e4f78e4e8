import type { Attributes, Span, Traceparent } from './span';

/** What a span is called and says. */
export interface Work {
  readonly name: string;
  /** `internal` when left out. Over HTTP a server answers and a client asks; over Kafka and Redis a producer sends and a consumer receives. */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: Attributes;
}

/** Work that was brought about elsewhere, or by nothing that is traced. */
export interface TracedWork extends Work {
  /**
   * What brought it about. A single one has it for a part of its own trace; of several, each is linked to a trace of its own. Only those
   * that are sampled count, where there are any. None: the sampler decides.
   */
  readonly causes: readonly Traceparent[];
}

/** A span whose end its starter tells. */
export interface StartedSpan extends Span {
  end(): void;
}

/** What the service tells of its work to a receiver of traces. */
export interface Tracer {
  /** Runs work that begins here, whatever the caller's own work belongs to. The span is undefined where the sampler declines. */
  begin<T>(work: TracedWork, run: (span: Span | undefined) => Promise<T>): Promise<T>;
  /** Runs a part of the caller's work. Outside of any trace it is run, and nothing else. */
  within<T>(work: Work, run: () => Promise<T>): Promise<T>;
  /** As a part of the caller's work, or, where that is part of no trace, as work that begins here. */
  withinOrBegin<T>(work: Work, run: () => Promise<T>): Promise<T>;
  /** Starts work that begins here; undefined where the sampler declines. */
  start(work: TracedWork): StartedSpan | undefined;
  /** Starts a part of the caller's work; undefined outside of any trace. */
  startPart(work: Work): StartedSpan | undefined;
  /** Sends what has not been sent yet, and ends. */
  close(): Promise<void>;
}

/** Runs a part of the caller's work, where tracing is on. */
export function withinSpan<T>(tracer: Tracer | undefined, work: Work, run: () => Promise<T>): Promise<T> {
  return tracer === undefined ? run() : tracer.within(work, run);
}
