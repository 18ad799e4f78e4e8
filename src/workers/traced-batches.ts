import type { BatchHandler, SourceBatch, SourceMessage } from '../messaging/source/source';
import { createCauses } from '../observability/traces/causes';
import type { Traceparent } from '../observability/traces/span';
import type { Tracer, Work } from '../observability/traces/tracer';

/** The same handler, each of whose batches is traced: from the work that its messages were sent by, where their headers tell. */
export function tracedBatches(handle: BatchHandler, tracer: Tracer): BatchHandler {
  return (batch) => {
    const work = workOf(batch);
    const run = () => handle(batch);
    // Within this process the sender is the caller.
    if (batch.position === undefined) return tracer.withinOrBegin(work, run);
    return tracer.begin({ ...work, causes: causesOf(batch.messages) }, run);
  };
}

/** OpenTelemetry's names. Of a retried batch the span lasts over all attempts. */
function workOf({ topic, position, messages }: SourceBatch): Work {
  return {
    name: `process ${topic}`,
    kind: 'consumer',
    attributes: {
      'messaging.system': position === undefined ? 'in_process' : 'kafka',
      'messaging.operation.type': 'process',
      'messaging.destination.name': position?.topic ?? topic,
      'messaging.destination.partition.id': position && String(position.partition),
      'messaging.batch.message_count': messages.length,
    },
  };
}

/** Those that are sampled, of which some are enough; where none is, one that is not: so its sender's decision holds. */
function causesOf(messages: readonly SourceMessage[]): readonly Traceparent[] {
  const sampled = createCauses();
  let declined: Traceparent | undefined;
  for (const message of messages) {
    const cause = traceparentOf(message);
    if (cause === undefined) continue;
    if (isSampled(cause)) sampled.add(cause);
    else declined = cause;
  }
  const causes = sampled.take();
  return causes.length === 0 && declined !== undefined ? [declined] : causes;
}

/** As W3C Trace Context has it: later versions may have more behind it. Whatever else stands in the header is no cause. */
const FORM = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:(?<!^00.{53})-.*)?$/;

/** KafkaJS has headers as bytes. */
function traceparentOf({ headers }: SourceMessage): Traceparent | undefined {
  const header = headers?.['traceparent'];
  const text = Buffer.isBuffer(header) ? header.toString('latin1') : header;
  return typeof text === 'string' && FORM.test(text) ? text : undefined;
}

/** The lowest bit of the flags, which are two digits. */
const isSampled = (traceparent: Traceparent): boolean => /^.{54}[13579bdf]/.test(traceparent);
