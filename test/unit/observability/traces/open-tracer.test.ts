import pino from 'pino';
import { openTracer } from '../../../../src/observability/traces/open-tracer';
import type { Tracer } from '../../../../src/observability/traces/tracer';
import { openTraceReceiver, type TraceReceiver } from '../../../harness/traces/receiver';
import { waitFor } from '../../../harness/wait-for';

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

  const lines: string[] = [];
  const told = (text: string): number => lines.filter((line) => line.includes(text)).length;

  function open(): Tracer {
    lines.length = 0;
    const tracer = openTracer({
      url: `${receiver.endpoint}/v1/traces`,
      headers: { 'x-tenant': 'shops' },
      serviceName: 'shop-analytics',
      ratio: 1,
      log: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }),
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

  test('tells once that it drops some of what is made, and once that it does not any more', async () => {
    const tracer = open();
    for (let made = 0; made < 9_500; made++) tracer.start({ name: 'work', causes: [] })?.end();
    await waitFor(() => told('no traces are dropped any more') > 0, { what: 'its end', timeoutMs: 20_000 });
    expect(told('traces are dropped: more are made')).toBe(1);
    expect(told('no traces are dropped any more')).toBe(1);
  }, 30_000);
});
