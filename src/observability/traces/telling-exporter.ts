import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { FaultLog } from '../fault-log';
import { runInSpan } from './current-span';

/** The same exporter, which tells once that its receiver takes nothing, and once that it does again. */
export function tellingExporter(exporter: SpanExporter, fault: FaultLog): SpanExporter {
  return {
    export(spans: ReadableSpan[], told) {
      // Sending is no part of the work that happened to fill the queue.
      runInSpan(undefined, () => {
        exporter.export(spans, (result) => {
          if (result.code === ExportResultCode.SUCCESS) fault.worked();
          else fault.failed(result.error ?? new Error('The receiver of traces took nothing.'));
          told(result);
        });
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
