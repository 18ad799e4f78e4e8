import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../platform/log';
import type { ConsumingFigures } from '../platform/monitoring/consuming';
import type { BatchResult, MessageSource, SourceBatch } from '../platform/source/source';
import { type BatchApplierOptions, createBatchApplier } from './apply-batch';

export interface ConsumerOptions extends BatchApplierOptions {
  readonly source: MessageSource;
  readonly figures: ConsumingFigures;
  readonly log: Logger;
}

/** The write side, from start to stop. */
export interface Consumer {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @throws when no messages are being taken */
  check(): void;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** Feeds the source's batches to the projections, as long as it takes: what is away is waited for. */
export function createConsumer({ source, log, figures, ...options }: ConsumerOptions): Consumer {
  const begin = createBatchApplier(options);

  async function applyWithPatience(batch: SourceBatch): Promise<BatchResult> {
    const attempt = begin(batch);
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        const result = await attempt();
        if (result.kind === 'done') figures.taken(batch.topic, result.outcomes);
        return result;
      } catch (error) {
        log.warn({ err: error, topic: batch.topic, pause }, 'a batch could not be applied; trying again');
        await sleep(pause * (0.5 + Math.random() / 2));
        await batch.keepAlive();
      }
    }
  }

  return {
    // Whoever had the work before may have died between a commit and its announcement.
    start: () => source.start(applyWithPatience, () => options.changes.announceEverything()),
    stop: () => source.stop(),
    check() {
      if (source.status !== 'running') throw new Error(`The message source is ${source.status}.`);
    },
  };
}
