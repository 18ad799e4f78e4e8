import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageSink } from '../../messaging/sink/sink';
import type { PlayedMessage } from './mishaps';
import { isNewcomer, type Tally } from './tally';

export interface PaceOptions {
  readonly sink: MessageSink;
  readonly tally: Tally;
  /** Newcomers a second. Other messages go along with those that they stand between. */
  readonly rate: number;
  /** Ends it between two batches. */
  readonly signal: AbortSignal;
  readonly onSent: () => void;
}

const MOST_AT_ONCE = 2_000;
const PAUSE_MS = 50;

/**
 * Sends messages at a steady rate, for as long as there are any. A sink that is slower sets the pace itself: all of them
 * are sent, later than was asked for.
 */
export async function sendAtPace(messages: Iterator<PlayedMessage>, options: PaceOptions): Promise<void> {
  const { sink, tally, rate, signal, onSent } = options;
  const begun = performance.now();
  let newcomers = 0;

  function takeDue(): { batch: PlayedMessage[]; isOver: boolean } {
    const due = Math.ceil(((performance.now() - begun) * rate) / 1_000);
    const batch: PlayedMessage[] = [];
    while (newcomers < due && batch.length < MOST_AT_ONCE) {
      const next = messages.next();
      if (next.done === true) return { batch, isOver: true };
      batch.push(next.value);
      if (isNewcomer(next.value)) newcomers += 1;
    }
    return { batch, isOver: false };
  }

  while (!signal.aborted) {
    const { batch, isOver } = takeDue();
    if (batch.length > 0) {
      tally.add(batch, await sink.send(batch.map(({ message }) => message)));
      onSent();
    }
    if (isOver) return;
    // Nobody minds that the pause is cut short.
    if (batch.length < MOST_AT_ONCE) await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}
