/**
 * Preloaded into a process that is measured (`node --require`), so that nothing in it has to know of being measured.
 * Asked over the IPC channel, it answers how long the event loop was blocked, and what the process used.
 */
const { monitorEventLoopDelay } = require('node:perf_hooks');

/** The histogram holds the whole time between two looks; what is beyond the pause itself is delay. */
const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

let since = process.hrtime.bigint();
let cpu = process.cpuUsage();

const milliseconds = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);

const answers = {
  'probe.reset'() {
    delay.reset();
    since = process.hrtime.bigint();
    cpu = process.cpuUsage();
    return null;
  },
  /** What is still in use once garbage has been collected, in bytes; for a process that was started with --expose-gc. */
  'probe.kept'() {
    // Twice: what the first finalises the second frees.
    globalThis.gc();
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    return { bytes: heapUsed + external };
  },
  'probe.report'() {
    const seconds = Number(process.hrtime.bigint() - since) / 1e9;
    const { user, system } = process.cpuUsage(cpu);
    return {
      delayMs: {
        p50: milliseconds(delay.percentile(50)),
        p99: milliseconds(delay.percentile(99)),
        max: milliseconds(delay.max),
      },
      rssBytes: process.memoryUsage.rss(),
      cores: (user + system) / 1e6 / seconds,
    };
  },
};

if (process.send !== undefined) {
  process.on('message', ({ id, question }) => {
    const answer = answers[question];
    if (answer !== undefined) process.send({ id, answer: answer() });
  });
  // The process ends when the benchmark is killed.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // To be measured is no reason to live on.
  process.channel.unref();
}
