/** Notices that what a consumer should do all the time has not happened for long. */
export interface SilenceWatch {
  /** It has happened. */
  heard(): void;
  start(): void;
  stop(): void;
}

export interface SilenceWatchOptions {
  /** How long a silence is taken for a hang. */
  readonly silenceMs: number;
  readonly onSilence: () => void;
}

/**
 * A process that was stopped itself (SIGSTOP, a paused virtual machine) has heard nothing either. It notices that its
 * own timer is late, and waits once more.
 */
export function createSilenceWatch({ silenceMs, onSilence }: SilenceWatchOptions): SilenceWatch {
  const everyMs = silenceMs / 8;
  let heardAt = performance.now();
  let lookedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const now = performance.now();
    const wasStopped = now - lookedAt > 2 * everyMs;
    lookedAt = now;
    if (wasStopped) heardAt = now;
    if (now - heardAt > silenceMs) onSilence();
  }

  return {
    heard() {
      heardAt = performance.now();
    },
    start() {
      heardAt = lookedAt = performance.now();
      clearInterval(timer);
      timer = setInterval(look, everyMs).unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
