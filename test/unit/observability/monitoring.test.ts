import { createMonitoring } from '../../../src/observability/monitoring';
import { waitFor } from '../../harness/wait-for';

/** What is told while there was no look yet; no two looks are as close as that. */
const NO_LOOK_SECONDS = 0.001;

describe('looking how late the event loop is', () => {
  it('wakes a process that rests some ten times a second, and not a hundred times', async () => {
    const { registry } = createMonitoring();
    // Each page tells of the time since the one before.
    const betweenLooks = async (): Promise<number> =>
      Number(/^nodejs_eventloop_lag_p50_seconds (\S+)$/m.exec(await registry.metrics())?.[1]);
    let seconds = NO_LOOK_SECONDS;
    await waitFor(async () => (seconds = await betweenLooks()) > NO_LOOK_SECONDS, {
      what: 'several looks',
      timeoutMs: 10_000,
      everyMs: 500,
    });
    expect(seconds).toBeGreaterThan(0.05);
  });
});
