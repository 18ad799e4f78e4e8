import pino from 'pino';
import { openTracer } from '../../../../src/observability/traces/open-tracer';
import type { Tracer } from '../../../../src/observability/traces/tracer';
import { openTraceReceiver, type TraceReceiver } from '../../../harness/traces/receiver';

describe('what sends traces', () => {
  let receiver: TraceReceiver;
  const tracers: Tracer[] = [];
  beforeEach(async () => {
    receiver = await openTraceReceiver();
  });
  afterEach(async () => {
    for (const tracer of tracers.splice(0)) await tracer.close();
    await receiver.close();
  });

  function open(): Tracer {
    const tracer = openTracer({
      url: `${receiver.endpoint}/v1/traces`,
      headers: { 'x-tenant': 'shops' },
      serviceName: 'shop-analytics',
      ratio: 1,
      log: pino({ level: 'silent' }),
    });
    tracers.push(tracer);
    return tracer;
  }

  describe('among variables that are OpenTelemetry’s and not the service’s', () => {
    const before = { ...process.env };
    afterEach(() => {
      process.env = { ...before };
    });

    test('sends what it was told to, and as it was told to', async () => {
      Object.assign(process.env, {
        OTEL_EXPORTER_OTLP_HEADERS: 'x-more=all',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-more=traces',
        OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '1',
      });
      const tracer = open();
      tracer.start({ name: 'work', causes: [] })?.end();
      await receiver.spanOf(({ name }) => name === 'work', 'of the work');
      expect(receiver.headers).toMatchObject({
        'x-tenant': 'shops',
        'content-type': 'application/x-protobuf',
      });
      expect(receiver.headers).not.toHaveProperty(['x-more']);
      expect(receiver.headers).not.toHaveProperty(['content-encoding']);
    });
  });
});
