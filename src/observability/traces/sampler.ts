import type { SpanContext } from '@opentelemetry/api';
import { TraceFlags } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

/** What was brought about by something sampled is sampled; of what begins here, the given part. */
export function samplerOf(ratio: number): Sampler {
  const byRatio = new TraceIdRatioBasedSampler(ratio);
  return new ParentBasedSampler({
    root: {
      shouldSample: (context, traceId, _name, _kind, _attributes, links) =>
        links.some((link) => isSampled(link.context))
          ? { decision: SamplingDecision.RECORD_AND_SAMPLED }
          : byRatio.shouldSample(context, traceId),
      toString: () => `links, or ${byRatio.toString()}`,
    },
  });
}

const isSampled = ({ traceFlags }: SpanContext): boolean => (traceFlags & TraceFlags.SAMPLED) !== 0;
