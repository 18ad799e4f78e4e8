import { setTimeout as pause } from 'node:timers/promises';
import { createSilenceWatch } from '../../../src/messaging/source/silence-watch';
import { waitFor } from '../../harness/wait-for';

const SILENCE_MS = 400;

describe('the watch over fetches', () => {
  let silences: number;
  let watch: ReturnType<typeof createSilenceWatch>;

  beforeEach(() => {
    silences = 0;
    watch = createSilenceWatch({ silenceMs: SILENCE_MS, onSilence: () => (silences += 1) });
    watch.start();
  });

  afterEach(() => watch.stop());

  it('notices that nothing is fetched any more', async () => {
    await waitFor(() => silences > 0, { what: 'the silence to be noticed', timeoutMs: 10_000 });
  });

  it('is content while something is heard', async () => {
    for (let heard = 0; heard < 30; heard += 1) {
      watch.heard();
      await pause(SILENCE_MS / 20);
    }
    expect(silences).toBe(0);
  });

  it('takes no pause of the whole process for a silence', async () => {
    // As long as nothing runs in this process, nothing can be heard, and no timer fires.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * SILENCE_MS);
    await pause(0);
    watch.heard();
    await pause(SILENCE_MS / 4);
    expect(silences).toBe(0);
  });
});
