import { Failure, failureOfCode, mayPass, waitAfter } from '../../../web/src/api/failure';

describe('how long the page waits before it asks again', () => {
  it.each(['TOO_MANY_REQUESTS', 'SERVICE_OVERLOADED', 'OPERATION_TIMEOUT'])(
    'is what the service says, and not the same for all who were refused together: %s',
    (code) => {
      const failure = new Failure(failureOfCode(code), {}, 3_000);
      expect([failure.kind, mayPass(failure)]).toEqual(['busy', true]);
      const waits = Array.from({ length: 20 }, () => waitAfter(failure));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(3_000);
      expect(Math.max(...waits)).toBeLessThanOrEqual(4_000);
      expect(new Set(waits).size).toBeGreaterThan(1);
    },
  );

  it('is a quarter of a minute where it says nothing of it', () => {
    expect(waitAfter(new Failure('failed'))).toBe(15_000);
  });
});
