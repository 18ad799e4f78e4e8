/** Notices that a consumer which should be fetching all the time has fallen silent. */
export interface FetchWatch {
  /** A fetch came back, with messages or without. */
  fetched(): void;
  start(): void;
  stop(): void;
}

export interface FetchWatchOptions {
  /** How long a silence is taken for a hang. */
  readonly silenceMs: number;
  /** While a batch is in hand, which may wait for the database for hours, silence means nothing. */
  readonly isBusy: () => boolean;
  readonly onSilence: () => void;
}

/**
 * KafkaJS can hang after a network drop, without an error and without crashing (tulios/kafkajs 1163, 1691): a fetch
 * then never returns. An idle consumer's fetch returns many times a second.
 */
export function createFetchWatch({ silenceMs, isBusy, onSilence }: FetchWatchOptions): FetchWatch {
  let heardAt = performance.now();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    if (isBusy()) heardAt = performance.now();
    if (performance.now() - heardAt > silenceMs) onSilence();
  }

  return {
    fetched() {
      heardAt = performance.now();
    },
    start() {
      heardAt = performance.now();
      clearInterval(timer);
      timer = setInterval(look, silenceMs / 4).unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
