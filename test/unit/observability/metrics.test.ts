import { createMetrics } from '../../../src/observability/metrics';
import { waitFor } from '../../harness/wait-for';

/** Above what is reported before the first sample; no two samples are as close as that. */
const NO_SAMPLE_SECONDS = 0.001;

describe('sampling the event-loop lag', () => {
  it('wakes an idle process some ten times a second, and not a hundred times', async () => {
    const { registry } = createMetrics();
    // Each page covers the time since the one before.
    const betweenSamples = async (): Promise<number> =>
      Number(/^nodejs_eventloop_lag_p50_seconds (\S+)$/m.exec(await registry.metrics())?.[1]);
    let seconds = NO_SAMPLE_SECONDS;
    await waitFor(async () => (seconds = await betweenSamples()) > NO_SAMPLE_SECONDS, {
      what: 'several samples',
      timeoutMs: 10_000,
      everyMs: 500,
    });
    expect(seconds).toBeGreaterThan(0.05);
  });
});
