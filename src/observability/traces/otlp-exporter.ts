import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  createOtlpHttpExportDelegate,
  httpAgentFactoryFromOptions,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { ProtobufTraceSerializer, TraceExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

export interface OtlpExporterOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of one attempt to send some, with what is tried again in it. */
  readonly timeoutMillis: number;
}

/** So many requests are under way at most; when the service stops, all that is left is sent at once. */
const MOST_REQUESTS = 30;

/**
 * Sends spans over OTLP/HTTP. Made of OpenTelemetry's parts, since its whole exporter reads the environment for itself: what no
 * configuration names would be sent, headers with secrets for one.
 */
export function createOtlpExporter({ url, headers, timeoutMillis }: OtlpExporterOptions): SpanExporter {
  const sent = { ...headers, 'Content-Type': 'application/x-protobuf' };
  return new OTLPExporterBase<ReadableSpan[]>(
    createOtlpHttpExportDelegate(
      {
        url,
        headers: () => Promise.resolve(sent),
        timeoutMillis,
        concurrencyLimit: MOST_REQUESTS,
        compression: 'none',
        agentFactory: httpAgentFactoryFromOptions({ keepAlive: true }),
      },
      ProtobufTraceSerializer,
      'otlp_http_span_exporter',
      TraceExporterMetricsHelper,
      undefined,
    ),
  );
}
