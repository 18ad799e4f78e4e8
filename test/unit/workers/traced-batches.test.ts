import pino from 'pino';
import { currentSpan } from '../../../src/observability/traces/current-span';
import { openTracer } from '../../../src/observability/traces/open-tracer';
import { tracedBatches } from '../../../src/workers/traced-batches';
import { newTraceparent } from '../../harness/traces/traceparent';

const tracer = openTracer({
  ...{ url: 'http://127.0.0.1:9/v1/traces', headers: {}, serviceName: 'test', ratio: 0 },
  log: pino({ level: 'silent' }),
});
afterAll(() => tracer.close().catch(() => undefined));

const JUNK = [
  `${'x'.repeat(54)}1`,
  `00-${'0'.repeat(32)}-${'a'.repeat(16)}-01`,
  `ff-${'a'.repeat(32)}-${'a'.repeat(16)}-01`,
  ...Array.from({ length: 40 }, (_, index) => `${String(index).padStart(54, '-')}1`),
  // Of the first version nothing stands behind the flags.
  ...Array.from(
    { length: 40 },
    (_, index) => `00-${String(index + 1).padStart(32, 'a')}-${'b'.repeat(16)}-01-x`,
  ),
];

test('what stands in the headers of messages and is no traceparent takes no place of one that is', async () => {
  const { header, traceId } = newTraceparent();
  let traced: string | undefined;
  const handle = tracedBatches(() => {
    traced = currentSpan()?.traceId;
    return Promise.resolve({ kind: 'done', outcomes: [] });
  }, tracer);
  const topic = 'participant.registered';
  await handle({
    topic,
    position: { topic, partition: 0, applied: 0n, record: undefined, nextOffset: 84n },
    messages: [...JUNK, header].map((traceparent, index) => ({
      offset: BigInt(index),
      key: null,
      value: null,
      headers: { traceparent: Buffer.from(traceparent) },
    })),
    keepAlive: () => Promise.resolve(),
  });
  expect(traced).toBe(traceId);
});
