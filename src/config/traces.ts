import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { z } from 'zod';
import { flag, matching, oneOf, text } from './fields';
import type { Given } from './given';
import { hasCredentials, isHttpUrl } from './key-addresses';

/** Those of OpenTelemetry's samplers that follow the sender's decision. */
const SAMPLERS = ['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const;
type SamplerName = (typeof SAMPLERS)[number];

const ENDPOINT = 'like http://collector.example:4318, without a user, a password, a query or a fragment';
const HEADERS = 'name=value, several between commas, with what is special in a value percent-encoded';
const HEADER = /^([!#$%&'*+.^_`|~\w-]+)\s*=\s*([^,;]*)$/;

/** Where traces are sent to: OpenTelemetry's own names and meanings, as far as they are read here. */
export const traceVariables = {
  OTEL_SDK_DISABLED: flag().default(false),
  OTEL_EXPORTER_OTLP_ENDPOINT: text()
    .refine((url) => isHttpUrl(url) && !hasCredentials(url) && !/[?#]/.test(url), { error: ENDPOINT })
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: text()
    .transform((list, context) => {
      const headers = readHeaders(list);
      if (headers === undefined) context.addIssue({ code: 'custom', message: HEADERS });
      return headers ?? {};
    })
    .optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: oneOf(['http/protobuf']).optional(),
  OTEL_SERVICE_NAME: text().default('event-analytics'),
  OTEL_TRACES_SAMPLER: oneOf(SAMPLERS).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: matching(
    /^(?:0(?:\.\d{1,15})?|1(?:\.0{1,15})?)$/,
    'a number from 0 to 1, like 0.05',
  )
    .transform(Number)
    .optional(),
};

/**
 * What says where traces are sent to, and how. Clusters set them for all of their services: where nothing is traced here, a value that
 * only others can use must keep this service from nothing.
 */
const TRACE_NAMES: readonly string[] = Object.keys(traceVariables).filter(
  (name) => name !== 'OTEL_SDK_DISABLED',
);

/** The variables that count: without those of traces where nothing is traced. */
export function withoutUnusedTraces(given: Given): Given {
  const isOff = given['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true';
  if (!isOff && given['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined) return given;
  return Object.fromEntries(Object.entries(given).filter(([name]) => !TRACE_NAMES.includes(name)));
}

/** Where traces are sent to, and which. Holds a secret: not to be logged. */
export interface TracesConfig {
  /** The whole address. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** The part of the traces that begin in this process which is kept, from 0 to 1. */
  readonly ratio: number;
}

type TraceVariables = z.infer<z.ZodObject<typeof traceVariables>>;

/** @returns undefined: nothing is traced */
export function toTraces(read: TraceVariables): TracesConfig | undefined {
  const endpoint = read.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  return {
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: read.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    serviceName: read.OTEL_SERVICE_NAME,
    ratio: ratioOf(read.OTEL_TRACES_SAMPLER, read.OTEL_TRACES_SAMPLER_ARG),
  };
}

function ratioOf(sampler: SamplerName, argument = 1): number {
  if (sampler === 'parentbased_traceidratio') return argument;
  return sampler === 'parentbased_always_on' ? 1 : 0;
}

/** W3C Baggage's form, as OpenTelemetry wants it. @returns undefined for what has another, or cannot be sent */
function readHeaders(list: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const part of list.split(',')) {
    const [, name, value] = HEADER.exec(part.trim()) ?? [];
    if (name === undefined || value === undefined) return undefined;
    try {
      const decoded = decodeURIComponent(value.trim());
      validateHeaderName(name);
      validateHeaderValue(name, decoded);
      headers[name] = decoded;
    } catch {
      return undefined;
    }
  }
  return headers;
}

/** An argument that the sampler does not read would be taken for the part that is kept. */
export const samplerTakesArgument = (given: Given): readonly string[] =>
  given['OTEL_TRACES_SAMPLER_ARG'] !== undefined &&
  given['OTEL_TRACES_SAMPLER']?.trim() !== 'parentbased_traceidratio'
    ? [
        'OTEL_TRACES_SAMPLER_ARG: is set, but OTEL_TRACES_SAMPLER is not parentbased_traceidratio (which alone reads it)',
      ]
    : [];
