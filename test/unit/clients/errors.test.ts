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
