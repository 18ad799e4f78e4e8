import protobuf from 'protobufjs';
import { z } from 'zod';

/**
 * OTLP's request with traces, as opentelemetry-proto has it (v1): the fields that tests look at, by their numbers there. Written apart
 * from the service's own encoder, so that one is held against the other.
 */
const PROTO = `
syntax = "proto3";
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message Span {
  bytes trace_id = 1;
  bytes span_id = 2;
  bytes parent_span_id = 4;
  string name = 5;
  int32 kind = 6;
  fixed64 start_time_unix_nano = 7;
  fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9;
  repeated Link links = 13;
  Status status = 15;
}
message Link { bytes trace_id = 1; bytes span_id = 2; }
message Status { string message = 2; int32 code = 3; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
`;

/** A span as it came over the wire. */
export interface ReceivedSpan {
  readonly service: unknown;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for one that begins its trace. */
  readonly parentId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The spans, in whatever trace, that it is linked to. */
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly hasFailed: boolean;
}

const id = z.string().transform((base64) => Buffer.from(base64, 'base64').toString('hex'));
const attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]])));
const span = z.object({
  traceId: id,
  spanId: id,
  parentSpanId: id.default(''),
  name: z.string(),
  attributes,
  links: z.array(z.object({ traceId: id, spanId: id })),
  status: z.object({ code: z.number().default(0) }).nullish(),
});
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

const type = protobuf.parse(PROTO).root.lookupType('ExportTraceServiceRequest');
const FAILED = 2;

export function spansIn(body: Uint8Array): readonly ReceivedSpan[] {
  const decoded = type.toObject(type.decode(body), {
    bytes: String,
    longs: Number,
    arrays: true,
    defaults: false,
  });
  return request.parse(decoded).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ parentSpanId, status, ...rest }) => ({
        ...rest,
        service: resource.attributes['service.name'],
        parentId: parentSpanId,
        hasFailed: status?.code === FAILED,
      })),
    ),
  );
}
