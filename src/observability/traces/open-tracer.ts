import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createFaultLog } from '../fault-log';
import type { Logger } from '../log';
import { MOST_CAUSES } from './causes';
import { currentSpan, DECLINED, isOutsideOfTraces, runInSpan } from './current-span';
import { createOtlpExporter } from './otlp-exporter';
import { samplerOf } from './sampler';
import { type Span, type Traceparent, typeOfError } from './span';
import { tellingExporter } from './telling-exporter';
import { createTellingQueue } from './telling-queue';
import type { StartedSpan, TracedWork, Tracer, Work } from './tracer';

/** Where traces are sent to, and how many. */
export interface TracerOptions {
  /** The whole address, `/v1/traces` included. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** The part of the traces that begin here which is kept, from 0 to 1. */
  readonly ratio: number;
  readonly log: Logger;
}

/** A receiver that is away or slow costs this much memory, about a kilobyte for each, and no more: what does not fit is dropped. */
const MOST_WAITING = 8_192;
const SEND_EVERY_MS = 1_000;
/** Of one attempt to send some, with what is tried again in it. */
const SEND_WITHIN_MS = 3_000;
/** Of what clients may choose, the name of an operation for one. */
const LONGEST_VALUE = 128;

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** Traces by OpenTelemetry, over OTLP/HTTP. Nothing of it is registered globally. */
export function openTracer({ url, headers, serviceName, ratio, log }: TracerOptions): Tracer {
  const fault = createFaultLog(log, {
    begins: 'traces cannot be sent; what does not fit into the queue is dropped',
    ends: 'traces are sent again',
  });
  const exporter = createOtlpExporter({ url, headers, timeoutMillis: SEND_WITHIN_MS });
  const queue = createTellingQueue({
    exporter: tellingExporter(exporter, fault),
    mostWaiting: MOST_WAITING,
    sendEveryMs: SEND_EVERY_MS,
    sendWithinMs: 2 * SEND_WITHIN_MS,
    fault: createFaultLog(log, {
      begins: 'traces are dropped: more are made than the receiver takes',
      ends: 'no traces are dropped any more',
    }),
  });
  const provider = new TracerProvider({
    sampler: samplerOf(ratio),
    spanProcessors: [queue],
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanLimits: { linkCountLimit: MOST_CAUSES, attributeValueLengthLimit: LONGEST_VALUE },
  });
  return tracerOver(provider.getTracer('event-analytics'), () => provider.shutdown());
}

function tracerOver(otel: OtelTracer, close: () => Promise<void>): Tracer {
  function start({ causes, ...work }: TracedWork): LocalSpan | undefined {
    const { parent, links } = placeOf(causes);
    return startIn(parent === undefined ? ROOT_CONTEXT : contextOf(parent), work, links);
  }

  function startIn(context: Context, { name, kind = 'internal', attributes }: Work, links: Link[] = []) {
    const given = attributes === undefined ? {} : withoutGaps(attributes);
    const span = otel.startSpan(name, { kind: KINDS[kind], attributes: given, links }, context);
    return span.isRecording() ? new LocalSpan(span) : undefined;
  }

  function startPart(work: Work): LocalSpan | undefined {
    const parent = currentSpan();
    // Every span that is ever current was made here.
    return parent instanceof LocalSpan ? startIn(parent.context, work) : undefined;
  }

  return {
    start,
    startPart,
    begin(work, run) {
      const span = start(work);
      return span === undefined
        ? runInSpan(DECLINED, () => run(undefined))
        : runAndEnd(span, () => run(span));
    },
    within(work, run) {
      const span = startPart(work);
      return span === undefined ? run() : runAndEnd(span, run);
    },
    withinOrBegin(work, run) {
      return isOutsideOfTraces() ? this.begin({ ...work, causes: [] }, run) : this.within(work, run);
    },
    close,
  };
}

async function runAndEnd<T>(span: StartedSpan, run: () => Promise<T>): Promise<T> {
  try {
    return await runInSpan(span, run);
  } catch (error) {
    span.fail(typeOfError(error));
    throw error;
  } finally {
    span.end();
  }
}

class LocalSpan implements StartedSpan {
  readonly #span: OtelSpan;
  #context: Context | undefined;

  constructor(span: OtelSpan) {
    this.#span = span;
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  get spanId(): string {
    return this.#span.spanContext().spanId;
  }

  get traceparent(): Traceparent {
    return `00-${this.traceId}-${this.spanId}-01`;
  }

  /** For its parts. */
  get context(): Context {
    return (this.#context ??= trace.setSpan(ROOT_CONTEXT, this.#span));
  }

  set(attributes: Parameters<Span['set']>[0]): void {
    this.#span.setAttributes(withoutGaps(attributes));
  }

  fail(type: string): void {
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.#span.setAttribute('error.type', type);
  }

  end(): void {
    this.#span.end();
  }
}

function withoutGaps(attributes: Parameters<Span['set']>[0]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

const contextOf = (remote: SpanContext): Context => trace.setSpanContext(ROOT_CONTEXT, remote);

const isSampled = ({ traceFlags }: SpanContext): boolean => (traceFlags & TraceFlags.SAMPLED) !== 0;

/** What cannot be read is no cause. */
function placeOf(causes: readonly Traceparent[]): {
  readonly parent?: SpanContext | undefined;
  readonly links: Link[];
} {
  const known = causes.flatMap((cause) => {
    const context = parseTraceParent(cause);
    return context === null ? [] : [{ ...context, isRemote: true }];
  });
  const sampled = known.filter(isSampled);
  if (sampled.length > 1) return { links: sampled.slice(0, MOST_CAUSES).map((context) => ({ context })) };
  return { parent: sampled[0] ?? known[0], links: [] };
}
