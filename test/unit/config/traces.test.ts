import { load, problemsOf } from './load';

const ENDPOINT = 'http://collector.example:4318';

describe('where traces are sent to', () => {
  test('is nowhere without an endpoint, whatever else is set', () => {
    expect(load({}).traces).toBeUndefined();
    expect(load({ OTEL_SERVICE_NAME: 'shops', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' }).traces).toBeUndefined();
  });

  test('is below the endpoint, with headers as OpenTelemetry writes them', () => {
    expect(load({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }).traces).toEqual({
      url: `${ENDPOINT}/v1/traces`,
      headers: {},
      serviceName: 'event-analytics',
      ratio: 1,
    });
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${ENDPOINT}/otlp/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc%3D , x-tenant=shops',
      OTEL_SERVICE_NAME: 'shops',
    };
    expect(load(env).traces).toMatchObject({
      url: `${ENDPOINT}/otlp/v1/traces`,
      headers: { authorization: 'Basic abc=', 'x-tenant': 'shops' },
      serviceName: 'shops',
    });
  });

  test.each([
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 0],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.05' }, 0.05],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' }, 1],
  ])('keeps of what begins here what %j says', (env, ratio) => {
    expect(load({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, ...env }).traces).toMatchObject({ ratio });
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:word@collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318?tenant=1'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a word'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'name=%zz'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', 'a tenth'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(problemsOf({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: `)),
    ]);
  });

  test('shows no header and no endpoint that cannot be used', () => {
    const problems = problemsOf({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:s3cret@collector',
      OTEL_EXPORTER_OTLP_HEADERS: 's3cret',
    });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain('s3cret');
  });

  test('wants no argument that the sampler does not read', () => {
    expect(problemsOf({ OTEL_TRACES_SAMPLER_ARG: '0.5' })).toEqual([
      expect.stringMatching(/^OTEL_TRACES_SAMPLER_ARG: .*parentbased_traceidratio/),
    ]);
  });
});
