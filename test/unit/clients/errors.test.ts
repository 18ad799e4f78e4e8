import { AnalyticsError } from 'event-analytics-client';

describe('how long a client waits before it asks again', () => {
  it.each(['TOO_MANY_REQUESTS', 'SERVICE_OVERLOADED', 'OPERATION_TIMEOUT'])(
    'is what the service says, and not the same for all who were refused together: %s',
    (code) => {
      const error = new AnalyticsError(code, { retryAfterMs: 3_000 });
      expect([error.kind, error.isTemporary]).toEqual(['busy', true]);
      const waits = Array.from({ length: 20 }, () => error.waitMs());
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(3_000);
      expect(Math.max(...waits)).toBeLessThanOrEqual(4_000);
      expect(new Set(waits).size).toBeGreaterThan(1);
    },
  );

  it('is a quarter of a minute where it says nothing of it', () => {
    expect(new AnalyticsError('INTERNAL_SERVER_ERROR').waitMs()).toBe(15_000);
  });
});

describe('a request that is to be put right', () => {
  it.each([
    'PAYLOAD_TOO_LARGE',
    'REQUEST_HEADER_FIELDS_TOO_LARGE',
    'METHOD_NOT_ALLOWED',
    'UNSUPPORTED_MEDIA_TYPE',
    'GRAPHQL_VALIDATION_FAILED',
  ])('is not worth asking again: %s', (code) => {
    const { kind, isTemporary } = new AnalyticsError(code);
    expect([kind, isTemporary]).toEqual(['bad-request', false]);
  });
});
