import { load, problemsOf } from './load';

const ENDPOINT = 'http://collector.example:4318';

describe('where traces are sent to', () => {
  test('is nowhere without an endpoint, whatever else is set', () => {
    expect(load({}).traces).toBeUndefined();
    expect(load({ OTEL_SERVICE_NAME: 'shops', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' }).traces).toBeUndefined();
  });

  test('is nowhere where OpenTelemetry is off', () => {
    const off = { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'True' };
    expect(load(off).traces).toBeUndefined();
    expect(load({ ...off, OTEL_SDK_DISABLED: 'false' }).traces).toBeDefined();
    expect(problemsOf({ OTEL_SDK_DISABLED: 'yes' })).toEqual([
      expect.stringMatching(/^OTEL_SDK_DISABLED: .*true or false/),
    ]);
  });

  test('is nobody’s concern where nothing is traced: a cluster may set them for its other services', () => {
    const ofOthers = {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_HEADERS: 'a word',
      OTEL_TRACES_SAMPLER: 'always_on',
      OTEL_TRACES_SAMPLER_ARG: 'endpoint=http://localhost',
    };
    expect(problemsOf(ofOthers)).toEqual([]);
    const off = { ...ofOthers, OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317', OTEL_SDK_DISABLED: 'true' };
    expect(problemsOf(off)).toEqual([]);
    expect(problemsOf({ ...ofOthers, OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT })).toHaveLength(5);
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
    ['OTEL_EXPORTER_OTLP_HEADERS', 'name=a%0Ab'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'name=%EA%B0%80'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', 'a tenth'],
  ])('refuses %s=%s by name', (name, value) => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      [name]: value,
    };
    expect(problemsOf(env)).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
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
    expect(problemsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_TRACES_SAMPLER_ARG: '0.5' })).toEqual([
      expect.stringMatching(/^OTEL_TRACES_SAMPLER_ARG: .*parentbased_traceidratio/),
    ]);
  });
});
