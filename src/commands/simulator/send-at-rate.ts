import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageSink } from '../../messaging/sink/sink';
import type { ScenarioMessage } from './faults';
import { isFirstRegistration, type Tally } from './tally';

export interface SendOptions {
  readonly sink: MessageSink;
  readonly tally: Tally;
  /** Registrations a second, without duplicates. Other messages are sent in their order between these. */
  readonly rate: number;
  /** Stops sending between two batches. */
  readonly signal: AbortSignal;
  readonly onSent: () => void;
}

const MOST_AT_ONCE = 2_000;
const PAUSE_MS = 50;

/**
 * Sends messages at a steady rate until there are none left. If the sink is slower, it determines the rate: every message
 * is sent, but later than asked for.
 */
export async function sendAtRate(messages: Iterator<ScenarioMessage>, options: SendOptions): Promise<void> {
  const { sink, tally, rate, signal, onSent } = options;
  const begun = performance.now();
  let registrations = 0;

  function takeDue(): { batch: ScenarioMessage[]; isOver: boolean } {
    const due = Math.ceil(((performance.now() - begun) * rate) / 1_000);
    const batch: ScenarioMessage[] = [];
    while (registrations < due && batch.length < MOST_AT_ONCE) {
      const next = messages.next();
      if (next.done === true) return { batch, isOver: true };
      batch.push(next.value);
      if (isFirstRegistration(next.value)) registrations += 1;
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
    // An abort only shortens the pause.
    if (batch.length < MOST_AT_ONCE) await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}
