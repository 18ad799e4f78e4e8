/** Milliseconds of the machine's monotonic clock: the same clock in all processes, never set back. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
