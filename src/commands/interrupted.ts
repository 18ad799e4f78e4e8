/**
 * Aborts at the first SIGINT or SIGTERM, so that the command can finish its current step. A second signal ends the process
 * at once.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
