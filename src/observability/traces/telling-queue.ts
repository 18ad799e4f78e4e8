import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { FaultLog } from '../fault-log';

export interface QueueOptions {
  readonly exporter: SpanExporter;
  /** Of spans; what does not fit is dropped. */
  readonly mostWaiting: number;
  readonly sendEveryMs: number;
  readonly sendWithinMs: number;
  /** Told of what is dropped, and that nothing is any more. */
  readonly fault: FaultLog;
}

/** Gathers spans, and tells once that it drops some: OpenTelemetry's own queue drops them in silence. */
export function createTellingQueue(options: QueueOptions): SpanProcessor {
  const { exporter, mostWaiting, sendEveryMs, sendWithinMs, fault } = options;
  const isFull = new Error(`${mostWaiting} spans wait to be sent.`);
  let waiting = 0;
  const queue = new BatchSpanProcessor({
    exporter: {
      export(spans, told) {
        waiting -= spans.length;
        // A queue that is full again at once is the same fault still.
        if (waiting <= mostWaiting / 2) fault.worked();
        exporter.export(spans, told);
      },
      shutdown: () => exporter.shutdown(),
    },
    maxQueueSize: mostWaiting,
    scheduledDelayMillis: sendEveryMs,
    exportTimeoutMillis: sendWithinMs,
  });
  return {
    onStart: (span, context) => queue.onStart(span, context),
    onEnd(span) {
      if (waiting < mostWaiting) waiting += 1;
      else fault.failed(isFull);
      queue.onEnd(span);
    },
    forceFlush: () => queue.forceFlush(),
    shutdown: () => queue.shutdown(),
  };
}
