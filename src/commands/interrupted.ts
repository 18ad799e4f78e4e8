/**
 * Aborts at the first Ctrl+C, or when the process is asked to end; what is in hand may then be finished. A second one
 * ends the process at once, as if nobody had listened.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
