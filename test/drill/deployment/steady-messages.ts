import { setTimeout as pause } from 'node:timers/promises';
import { tell } from '../../harness/machine/progress';
import type { MessageDraft } from '../../faults/ledger/message-factory';
import type { Traffic } from '../../faults/ledger/traffic';

/** Messages of all topics, all of which can be applied, a few a second. */
export interface SteadyMessages {
  /** How senders write a message from now on. */
  writtenAs(write: (draft: MessageDraft) => Buffer): void;
  /** Resolves when all that was sent is in the log, and sends nothing until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  close(): Promise<void>;
}

const PER_TURN = 1;
const TURN_MS = 700;

export function startSteadyMessages(traffic: Traffic): SteadyMessages {
  let write = (draft: MessageDraft): Buffer => draft.value;
  const closing = new AbortController();
  const state = { isPaused: false };
  let turn: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    const drafts = Array.from({ length: PER_TURN }, () => traffic.factory.valid());
    // Where the broker is away for minutes, these are given up: nothing says that they are in the log, so nothing is expected of them.
    await traffic
      .send(drafts.map((draft) => ({ ...draft, value: write(draft) })))
      .catch((error: unknown) => tell(`! ${String(error)}`));
  }

  const sending = (async () => {
    while (!closing.signal.aborted) {
      if (!state.isPaused) await (turn = send());
      await pause(TURN_MS);
    }
  })();

  return {
    writtenAs: (other) => void (write = other),
    async pause() {
      state.isPaused = true;
      await turn;
    },
    resume: () => void (state.isPaused = false),
    async close() {
      closing.abort();
      await traffic.close();
      await sending;
    },
  };
}
