/** Notices that a consumer which should be fetching all the time has fallen silent. */
export interface FetchWatch {
  /** A sign of life: a fetch came back, with messages or without, or the group was joined. */
  heard(): void;
  start(): void;
  stop(): void;
}

export interface FetchWatchOptions {
  /** How long a silence is taken for a hang. */
  readonly silenceMs: number;
  readonly onSilence: () => void;
}

/**
 * KafkaJS can hang after a network drop, without an error and without crashing (tulios/kafkajs 1163, 1691): a fetch
 * then never returns. An idle consumer's fetch returns twice a second.
 *
 * A process that was stopped itself (SIGSTOP, a paused virtual machine) has heard nothing either. It notices that its
 * own timer is late, and waits once more.
 */
export function createFetchWatch({ silenceMs, onSilence }: FetchWatchOptions): FetchWatch {
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
